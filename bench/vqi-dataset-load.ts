import { readDatasetTask } from '../worker/tasks/read-dataset.js';

/** The whole step of the pipeline: a dataset of any format into Parquet. */
const [path = '', outputPath = ''] = process.argv.slice(2);
const { rows } = await readDatasetTask({ path, outputPath }, () => undefined);
console.log(JSON.stringify({ rows }));
