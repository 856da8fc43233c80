import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { commandText, runVqi } from './run-vqi.js';

/** Runs the commands of the bench in one home, each once. */
export class BenchRuns {
  /** Every command that the results come from, those of earlier benches included. */
  readonly commands: string[] = [];
  readonly #home: string;
  readonly #key: string;
  readonly #inputRoots: readonly string[];

  /**
   * @param key begins the names of runs and folders: results of another program or of other arguments are not reused
   * @param inputRoots folders that captures are in although no command names them
   */
  constructor(home: string, key: string, inputRoots: readonly string[] = []) {
    this.#home = home;
    this.#key = key;
    this.#inputRoots = inputRoots;
  }

  /** Folder of captures that the bench makes. */
  made(name: string): string {
    return join(this.#home, 'made', this.#key, name);
  }

  /** Runs a workflow by its command, unless the run is finished. @returns the id of the run */
  async workflow(name: string, args: readonly string[]): Promise<string> {
    const runId = `accuracy-${this.#key}-${name}`;
    await this.#once([...args, '--run-id', runId], () => this.#isCompleted(runId));
    return runId;
  }

  /** Makes a folder of captures by a command, unless it is there. @param lastFile the file that the command writes last */
  async folder(name: string, lastFile: string, args: readonly string[]): Promise<string> {
    const out = this.made(name);
    await this.#once([...args, '--out', out], () => Promise.resolve(existsSync(join(out, lastFile))));
    return out;
  }

  /** Reads the tables of the runs. */
  async read<T>(work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
    return await withWarehouse(join(this.#home, 'warehouse.duckdb'), work);
  }

  async #once(args: readonly string[], isDone: () => Promise<boolean>): Promise<void> {
    const text = commandText(args, this.#home, this.#inputRoots);
    this.commands.push(text);
    if (await isDone()) {
      process.stderr.write(`  done before: ${text}\n`);
      return;
    }
    process.stderr.write(`  ${text}\n`);
    await runVqi(args, this.#home, this.#inputRoots);
    if (!(await isDone())) throw new Error(`${text} ended without its result`);
  }

  async #isCompleted(runId: string): Promise<boolean> {
    if (!existsSync(join(this.#home, 'warehouse.duckdb'))) return false;
    const found = await this.read((warehouse) =>
      warehouse.rows("select 1 from main.runs where run_id = $run_id and state = 'completed'", {
        run_id: runId,
      }),
    );
    return found.length > 0;
  }
}
