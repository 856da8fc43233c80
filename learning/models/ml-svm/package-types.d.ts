/** The part of ml-svm 2.1 that this project uses; the package has no types. */
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
    /** Throws Error 'max iterations reached' if the multipliers have not converged. */
    train(rows: number[][], labels: (1 | -1)[]): void;
    /** Positions of the support vectors among the training rows. */
    supportVectors(): number[];
    /** Multipliers of the support vectors, in their order, after training. */
    readonly alphas: readonly number[];
    readonly b: number;
    margin(rows: number[][]): number[];
  }

  export = SVM;
}
