export { analyseCapture, type AnalysedWindow, type CaptureAnalysis } from './analyse-capture.js';
export {
  inferCapture,
  type InferOptions,
  type InferredCapture,
  type InferredWindow,
} from './infer-capture.js';
export type { ReadOptions } from './read-captures.js';
export { ConfigError, InputFileError } from '../activities/failures.js';
export { DatasetError } from '../common/dataset-error.js';
export { VqiError } from '../common/vqi-error.js';
export { ModelFormatError } from '../learning/saved/serialise.js';
export type { ServiceShare } from '../schemas/services.js';
export type { SessionAnswer } from '../schemas/session-answer.js';
export type { SkippedCapture } from '../schemas/skipped-capture.js';
export type { RungProbability, Unknown } from '../schemas/window-prediction.js';
