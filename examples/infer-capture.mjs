// Prints what the viewer of a capture saw, without a server: node infer-capture.mjs CAPTURE MODEL
// MODEL is the folder of a run that trained one (VQI_HOME/runs/RUN), or a copy of the model.json in it.
import { inferCapture, VqiError } from 'vqi';

const [capture, model] = process.argv.slice(2);
try {
  const { windows, warnings } = await inferCapture(capture, { model });
  for (const warning of warnings) console.error(`warning: ${warning}`);
  for (const { sessionId, startSeconds, predictedPx, confidence, unknown } of windows) {
    const answer =
      unknown === null ? `${predictedPx}p (${confidence.toFixed(2)})` : `unknown: ${unknown.reason}`;
    console.log(`${sessionId} ${startSeconds} s: ${answer}`);
  }
} catch (error) {
  if (!(error instanceof VqiError)) throw error;
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
