/** What this project uses of ml-svm 2.1, which comes without types. */
declare module 'ml-svm' {
  interface SvmOptions {
    readonly C: number;
    readonly kernel: 'rbf';
    readonly kernelOptions: { readonly sigma: number };
    readonly maxIterations: number;
    readonly whitening: boolean;
    readonly random: () => number;
  }

  class SVM {
    constructor(options: SvmOptions);
    /** Throws Error 'max iterations reached' when the multipliers have not come to rest. */
    train(rows: number[][], labels: (1 | -1)[]): void;
    /** Positions of the support vectors among the training rows. */
    supportVectors(): number[];
    /** Multipliers of the support vectors, in their order, once trained. */
    readonly alphas: readonly number[];
    readonly b: number;
    margin(rows: number[][]): number[];
  }

  export = SVM;
}
