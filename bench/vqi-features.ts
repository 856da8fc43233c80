import { buildBenchRun } from './features-run.js';

/** Builds sessions, segments and all features of a run whose packets are in the warehouse: WAREHOUSE INPUT. */
const [path = '', input = ''] = process.argv.slice(2);
const rows = await buildBenchRun(path, input);
console.log(JSON.stringify({ windows: rows['feat_windows'], segments: rows['session_segments'] }));
