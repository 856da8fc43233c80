import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderSvg } from '../../report/charts/render.js';
import { timelineChart } from '../../report/charts/timeline.js';
import { reportHtml } from '../../report/html.js';
import { timelineFile } from '../../report/timeline-file.js';
import type { ComputeTask } from '../threads/compute-task.js';

/** Writes the charts and the page of a run into a folder. */
export const renderReportTask: ComputeTask<'renderReport'> = async ({ data, folder }, report) => {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  const write = async (name: string, content: string): Promise<void> => {
    const path = join(folder, name);
    await writeFile(path, content);
    files.push(path);
    report({ stage: name });
  };
  await write('report.html', await reportHtml(data));
  for (const timeline of data.timelines) {
    await write(timelineFile(timeline.title), await renderSvg(timelineChart(timeline)));
  }
  return { files };
};
