import { readDatasetTask } from '../worker/tasks/read-dataset.js';

/** Runs the whole pipeline step that converts a dataset of any format to Parquet: PATH OUTPUT. */
const [path = '', outputPath = ''] = process.argv.slice(2);
const { rows } = await readDatasetTask({ path, outputPath }, () => undefined);
console.log(JSON.stringify({ rows }));
