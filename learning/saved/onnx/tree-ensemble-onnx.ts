import type { TemperatureScaling } from '../../calibration/temperature.js';
import { LEAF } from '../../models/trees/flat-tree.js';
import type { TreeEnsemble } from '../../models/trees/tree-ensemble.js';
import type { TreeModel } from '../../models/trees/tree-model.js';
import { ATTRIBUTE_TYPES, ELEMENT_TYPES, OnnxModel } from './onnx-messages.js';
import { roundDownToFloat32 } from './round-down.js';

/** Format of 2021; read by onnxruntime 1.10 and later. */
const IR_VERSION = 8;
const OPERATORS = [
  { domain: '', version: 15 },
  { domain: 'ai.onnx.ml', version: 3 },
];

/** Score of a class that cannot be predicted: its exponential is 0. */
const NEVER = -1e30;

/** Name of the trees' probabilities if they are calibrated afterwards. */
const UNCALIBRATED = 'uncalibratedProbabilities';

/** Description of a model to export. */
export interface OnnxDescription {
  /** Height in pixels of each class index: the labels that the model predicts. */
  readonly classes: readonly number[];
  readonly producerVersion: string;
  /** Written as text under these names. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Calibration of the trees' probabilities; becomes nodes after the trees. */
  readonly calibration?: TemperatureScaling | undefined;
}

/**
 * A tree model as ONNX (operator TreeEnsembleClassifier of ai.onnx.ml 3). Input `features`: float32, rows x
 * features, NaN = missing. Outputs: `label`, the likeliest class in pixels, and `probabilities`, rows x classes.
 *
 * Thresholds are rounded down to float32, which gives the same decisions for every float32 input. A float64 feature
 * may be rounded across a threshold when it is converted. Sums are in float32: probabilities differ by about 1e-7.
 */
export function treeModelToOnnx(model: TreeModel, description: OnnxDescription): Uint8Array {
  const { classes, producerVersion, metadata, calibration } = description;
  const { ensemble } = model;
  if (classes.length !== ensemble.classCount) {
    throw new RangeError(`${classes.length} classes for a model of ${ensemble.classCount}`);
  }
  const names = {
    family: model.family,
    featureNames: JSON.stringify(model.featureNames),
    classesPx: JSON.stringify(classes),
    ...(calibration === undefined ? {} : { calibration: JSON.stringify(calibration) }),
    ...metadata,
  };
  const tensor = (name: string, elemType: number, dim: object[]): object => ({
    name,
    type: { tensorType: { elemType, shape: { dim } } },
  });
  const rows = { dimParam: 'rows' };
  return OnnxModel.encode({
    irVersion: IR_VERSION,
    producerName: 'vqi',
    producerVersion,
    opsetImport: OPERATORS,
    metadataProps: Object.entries(names).map(([key, value]) => ({ key, value })),
    graph: {
      name: model.family,
      input: [tensor('features', ELEMENT_TYPES.float, [rows, { dimValue: model.featureNames.length }])],
      output: [
        tensor('label', ELEMENT_TYPES.int64, [rows]),
        tensor('probabilities', ELEMENT_TYPES.float, [rows, { dimValue: classes.length }]),
      ],
      initializer: [
        { name: 'classesPx', dims: [classes.length], dataType: ELEMENT_TYPES.int64, int64Data: classes },
        ...(calibration === undefined ? [] : calibrationTensors(calibration, classes.length)),
      ],
      node: [
        {
          name: 'trees',
          opType: 'TreeEnsembleClassifier',
          domain: 'ai.onnx.ml',
          input: ['features'],
          output: ['labelOfTrees', calibration === undefined ? 'probabilities' : UNCALIBRATED],
          attribute: attributesOf(ensemble, classes),
        },
        ...(calibration === undefined ? [] : calibrationNodes()),
        // With two classes, the label of the operator itself is always 0 or 1.
        {
          name: 'likeliest',
          opType: 'ArgMax',
          input: ['probabilities'],
          output: ['classIndex'],
          attribute: [
            { name: 'axis', type: ATTRIBUTE_TYPES.int, i: 1 },
            { name: 'keepdims', type: ATTRIBUTE_TYPES.int, i: 0 },
          ],
        },
        { name: 'labels', opType: 'Gather', input: ['classesPx', 'classIndex'], output: ['label'] },
      ],
    },
  }).finish();
}

/** Tensors of the temperature scaling: softmax of log(p + floor) / temperature over the classes present. */
function calibrationTensors(
  { temperature, floor, present }: TemperatureScaling,
  classCount: number,
): object[] {
  const numbers = (name: string, floatData: number[]): object => ({
    name,
    dims: [floatData.length],
    dataType: ELEMENT_TYPES.float,
    floatData,
  });
  return [
    numbers('floor', [floor]),
    numbers('sharpness', [1 / temperature]),
    numbers(
      'possible',
      Array.from({ length: classCount }, (_, label) => (present.includes(label) ? 0 : NEVER)),
    ),
  ];
}

function calibrationNodes(): object[] {
  const node = (name: string, opType: string, input: string[], output: string): object => ({
    name,
    opType,
    input,
    output: [output],
  });
  return [
    node('raised', 'Add', [UNCALIBRATED, 'floor'], 'raisedProbabilities'),
    node('logarithms', 'Log', ['raisedProbabilities'], 'scores'),
    node('tempered', 'Mul', ['scores', 'sharpness'], 'temperedScores'),
    node('restricted', 'Add', ['temperedScores', 'possible'], 'possibleScores'),
    {
      ...node('calibrated', 'Softmax', ['possibleScores'], 'probabilities'),
      attribute: [{ name: 'axis', type: ATTRIBUTE_TYPES.int, i: 1 }],
    },
  ];
}

function attributesOf(ensemble: TreeEnsemble, classes: readonly number[]): object[] {
  const { kind, trees } = ensemble;
  const ints = {
    nodes_treeids: [] as number[],
    nodes_nodeids: [] as number[],
    nodes_featureids: [] as number[],
    nodes_truenodeids: [] as number[],
    nodes_falsenodeids: [] as number[],
    nodes_missing_value_tracks_true: [] as number[],
    class_treeids: [] as number[],
    class_nodeids: [] as number[],
    class_ids: [] as number[],
    classlabels_int64s: [...classes],
  };
  const modes: Uint8Array[] = [];
  const thresholds: number[] = [];
  const weights: number[] = [];
  const branch = Buffer.from('BRANCH_LEQ');
  const leaf = Buffer.from('LEAF');
  for (const [index, tree] of trees.entries()) {
    for (const [node, feature] of tree.feature.entries()) {
      const isLeaf = feature === LEAF;
      ints.nodes_treeids.push(index);
      ints.nodes_nodeids.push(node);
      ints.nodes_featureids.push(isLeaf ? 0 : feature);
      ints.nodes_truenodeids.push(isLeaf ? 0 : node + 1);
      ints.nodes_falsenodeids.push(isLeaf ? 0 : tree.right[node]!);
      ints.nodes_missing_value_tracks_true.push(isLeaf ? 0 : tree.missingLeft[node]!);
      modes.push(isLeaf ? leaf : branch);
      thresholds.push(isLeaf ? 0 : roundDownToFloat32(tree.threshold[node]!));
      if (!isLeaf) continue;
      for (const [label, weight] of leafWeights(ensemble, index, tree.right[node]!)) {
        ints.class_treeids.push(index);
        ints.class_nodeids.push(node);
        ints.class_ids.push(label);
        weights.push(weight);
      }
    }
  }
  return [
    ...Object.entries(ints).map(([name, values]) => ({ name, type: ATTRIBUTE_TYPES.ints, ints: values })),
    { name: 'nodes_modes', type: ATTRIBUTE_TYPES.strings, strings: modes },
    { name: 'nodes_values', type: ATTRIBUTE_TYPES.floats, floats: thresholds },
    { name: 'class_weights', type: ATTRIBUTE_TYPES.floats, floats: weights },
    {
      name: 'post_transform',
      type: ATTRIBUTE_TYPES.string,
      s: Buffer.from(kind === 'mean' ? 'NONE' : 'SOFTMAX'),
    },
  ];
}

/**
 * The weights of a leaf by class. The leaves of the first tree have a weight for every class and include the base
 * scores: with two classes, onnxruntime interprets base values, and weights for only one class, differently.
 */
function leafWeights(ensemble: TreeEnsemble, tree: number, leaf: number): [label: number, weight: number][] {
  const { kind, classCount, trees, present, scored, baseScores } = ensemble;
  const { leafValues } = trees[tree]!;
  if (kind === 'mean') {
    const shares = leafValues.subarray(leaf * classCount, (leaf + 1) * classCount);
    return [...shares.entries()]
      .filter(([, share]) => share > 0 || tree === 0)
      .map(([label, share]) => [label, share / trees.length]);
  }
  const ofTree = scored[tree % scored.length]!;
  const value = leafValues[leaf]!;
  if (tree > 0) return [[ofTree, value]];
  return Array.from({ length: classCount }, (_, label) => [
    label,
    present.includes(label) ? baseScores[label]! + (label === ofTree ? value : 0) : NEVER,
  ]);
}
