import { LEAF, type FlatTree } from './flat-tree.js';

const FIRST_CAPACITY = 256;

/** Builds a tree: nodes are added in preorder, the right child of a node is set once it is known. */
export class TreeBuffer {
  private nodes = 0;
  private leaves = 0;
  private feature = new Int32Array(FIRST_CAPACITY);
  private threshold = new Float64Array(FIRST_CAPACITY);
  private right = new Int32Array(FIRST_CAPACITY);
  private missingLeft = new Uint8Array(FIRST_CAPACITY);
  private leafValues: Float32Array;

  /** @param outputs values per leaf */
  constructor(private readonly outputs: number) {
    this.leafValues = new Float32Array(FIRST_CAPACITY * outputs);
  }

  /** Adds an inner node and returns its index; the next node added is its left child. */
  addSplit(feature: number, threshold: number, missingLeft: boolean): number {
    const node = this.addNode();
    this.feature[node] = feature;
    this.threshold[node] = threshold;
    this.missingLeft[node] = missingLeft ? 1 : 0;
    return node;
  }

  /** Makes the next node added the right child of `node`. */
  startRight(node: number): void {
    this.right[node] = this.nodes;
  }

  /** Adds a leaf whose outputs are `values` times `scale`. */
  addLeaf(values: ArrayLike<number>, scale: number): void {
    const node = this.addNode();
    this.feature[node] = LEAF;
    this.right[node] = this.leaves;
    for (let output = 0; output < this.outputs; output++) {
      this.leafValues[this.leaves * this.outputs + output] = values[output]! * scale;
    }
    this.leaves++;
  }

  /** The tree, in arrays of exact size. */
  finish(): FlatTree {
    return {
      feature: this.feature.slice(0, this.nodes),
      threshold: this.threshold.slice(0, this.nodes),
      right: this.right.slice(0, this.nodes),
      missingLeft: this.missingLeft.slice(0, this.nodes),
      leafValues: this.leafValues.slice(0, this.leaves * this.outputs),
    };
  }

  private addNode(): number {
    if (this.nodes === this.feature.length) this.grow();
    return this.nodes++;
  }

  private grow(): void {
    const capacity = this.feature.length * 2;
    this.feature = extend(new Int32Array(capacity), this.feature);
    this.threshold = extend(new Float64Array(capacity), this.threshold);
    this.right = extend(new Int32Array(capacity), this.right);
    this.missingLeft = extend(new Uint8Array(capacity), this.missingLeft);
    this.leafValues = extend(new Float32Array(capacity * this.outputs), this.leafValues);
  }
}

function extend<Numbers extends { set(values: Numbers): void }>(longer: Numbers, values: Numbers): Numbers {
  longer.set(values);
  return longer;
}
