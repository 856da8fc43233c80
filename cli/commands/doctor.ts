import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { countText } from '../../common/count-text.js';
import { projectRoot } from '../../common/project-root.js';
import { isInBucket } from '../../common/resolve-path.js';
import { checkServer } from '../../server/check-server.js';
import { DEFAULT_PORT, DEFAULT_UI_PORT, ensureServer } from '../../server/connect.js';
import { isHeld, readLock } from '../../server/file-lock.js';
import { findOnPath } from '../../server/find-on-path.js';
import { installedTemporalCli } from '../../server/find-temporal-cli.js';
import { isPortFree } from '../../server/free-port.js';
import { ServerAccess } from '../../server/server-access.js';
import { serverFault } from '../../server/server-fault.js';
import { readServerRecord } from '../../server/server-record.js';
import { readEncryptionKeys } from '../encryption-keys.js';
import { FAILED_EXIT_CODE } from '../exit-codes.js';
import { plainTable } from '../plain-table.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { sayWhile } from '../say.js';
import { temporalFolder } from '../server.js';
import { readSettings, type Settings } from '../settings.js';
import { readTemporalAccess } from '../temporal-access.js';
import { wrapText } from '../wrap-text.js';

/** A thing that the program needs: whether it is as it should be, and else what to do. */
interface Finding {
  readonly what: string;
  /** `note`: runs work nevertheless. */
  readonly state: 'ok' | 'note' | 'wrong';
  readonly found: string;
  readonly next: string | null;
}

type Verdict = Omit<Finding, 'what'>;

const ok = (found: string): Verdict => ({ state: 'ok', found, next: null });
const note = (found: string, next: string): Verdict => ({ state: 'note', found, next });
const wrong = (found: string, next: string): Verdict => ({ state: 'wrong', found, next });

/** Loaded when it is checked: a library that is not whole must be a finding, not the end of the doctor. */
const warehouseModule = () => import('../../warehouse/reading/warehouse-facts.js');

/** A run on a hundred captures writes about this much. */
const LITTLE_DISK_BYTES = 5e9;
const LEAST_DISK_BYTES = 5e8;
/** DuckDB and the threads of a small run. */
const LITTLE_MEMORY_BYTES = 2e9;
const SHARED_BYTES = 64 << 20;
const SERVER_MS = 5000;
const TEXT_WIDTH = 60;

/** `vqi doctor`: checks everything that runs need, writes nothing to the home folder, and says what to do. */
export async function runDoctorCommand(options: AnswerOptions): Promise<void> {
  const findings: Finding[] = [];
  const check = async (what: string, work: () => Verdict | Promise<Verdict>): Promise<void> => {
    const verdict = await sayWhile(`checking: ${what}`, Promise.resolve().then(work)).catch(
      (error: unknown) => wrong(messageOf(error), 'this is a fault of vqi: report it with this message'),
    );
    findings.push({ what, ...verdict });
  };
  await check('Node', nodeVersion);
  let settings: Settings | null = null;
  let access: ServerAccess | undefined;
  await check('environment', () => {
    try {
      const found = readSettings();
      access = readTemporalAccess();
      readEncryptionKeys();
      settings = found;
      return ok(`home ${found.home}`);
    } catch (error) {
      return wrong(messageOf(error), 'correct or unset the variable');
    }
  });
  await check('memory', memory);
  await check('DuckDB', duckdb);
  // Narrowed anew: the compiler does not see that the check has set it.
  const read = settings as Settings | null;
  if (read !== null) await checkSettings(read, access, check);
  printAnswer(options, findings, () => textOf(findings));
  if (findings.some(({ state }) => state === 'wrong')) process.exitCode = FAILED_EXIT_CODE;
}

async function checkSettings(
  settings: Settings,
  access: ServerAccess | undefined,
  check: (what: string, work: () => Verdict | Promise<Verdict>) => Promise<void>,
): Promise<void> {
  await check('home folder', () => homeFolder(settings));
  await check('disk', () => disk(settings));
  await check('worker', () => worker(settings));
  await check('warehouse', () => warehouse(settings));
  await check('input roots', () => inputRoots(settings));
  await check('Temporal server', () => temporalServer(settings, access));
  if (access === undefined) await check('ports', () => ports(settings));
}

function nodeVersion(): Verdict {
  const { engines } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const least = engines.node.replace('>=', '').split('.').map(Number);
  const own = process.versions.node.split('.').map(Number);
  const isOld = own[0]! < least[0]! || (own[0] === least[0] && own[1]! < (least[1] ?? 0));
  return isOld
    ? wrong(process.versions.node, `install Node ${engines.node}`)
    : ok(`${process.versions.node} (${process.platform} ${process.arch})`);
}

function memory(): Verdict {
  // The limit of a container; 0 or more than the machine has: none.
  const limit = process.constrainedMemory();
  const bytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  try {
    new Int32Array(new SharedArrayBuffer(SHARED_BYTES)).fill(1);
  } catch (error) {
    return wrong(
      `threads cannot share ${SHARED_BYTES >> 20} MiB: ${messageOf(error)}`,
      'give the process more memory',
    );
  }
  const found = `${gigabytes(bytes)}, ${countText(availableParallelism(), 'core')}; threads can share it`;
  return bytes < LITTLE_MEMORY_BYTES
    ? note(found, 'large captures may need more: use fewer threads (VQI_THREADS)')
    : ok(found);
}

async function duckdb(): Promise<Verdict> {
  try {
    const { duckdbVersion } = await warehouseModule();
    return ok(await duckdbVersion());
  } catch (error) {
    return wrong(messageOf(error), 'install again: npm ci');
  }
}

function homeFolder({ home }: Settings): Verdict {
  const existing = nearest(home);
  try {
    if (!statSync(existing).isDirectory())
      return wrong(`${existing} is no folder`, 'set VQI_HOME to a folder');
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return wrong(messageOf(error), 'set VQI_HOME to a folder that you may write');
  }
  return existing === home ? ok(`${home}, writable`) : ok(`${home}: the first run makes it`);
}

function disk({ home }: Settings): Verdict {
  const { bavail, bsize } = statfsSync(nearest(home));
  const bytes = bavail * bsize;
  const found = `${gigabytes(bytes)} free at home`;
  const next = 'free some space, or set VQI_HOME to a folder on another disk';
  if (bytes < LEAST_DISK_BYTES) return wrong(found, next);
  return bytes < LITTLE_DISK_BYTES ? note(found, next) : ok(found);
}

async function worker({ home }: Settings): Promise<Verdict> {
  try {
    await import('../../worker/start-worker.js');
  } catch (error) {
    return wrong(`its libraries cannot be loaded: ${messageOf(error)}`, 'install again: npm ci');
  }
  const path = join(home, 'worker.lock');
  const record = await readLock(path);
  return record !== null && (await isHeld(path, record))
    ? ok(`process ${record.pid} serves this home; commands use it`)
    : ok('none runs; commands start one');
}

async function warehouse({ home }: Settings): Promise<Verdict> {
  const path = join(home, 'warehouse.duckdb');
  try {
    const { warehouseFacts } = await warehouseModule();
    const facts = await warehouseFacts(path);
    if (facts === null) return ok('none yet: the first run makes it');
    return ok(
      `${gigabytes(statSync(path).size)}, format ${facts.format}, ${countText(facts.runs, 'run')}, ${countText(facts.models, 'model')}; nobody has it open`,
    );
  } catch (error) {
    return error instanceof Error && error.name === 'WarehouseBusyError'
      ? note(
          messageOf(error),
          'wait: a worker has it open for one step at a time; else close the other program',
        )
      : wrong(messageOf(error), 'do what the message says');
  }
}

function inputRoots({ inputRoots: roots }: Settings): Verdict {
  const missing = roots.filter((root) => {
    if (isInBucket(root)) return false;
    try {
      accessSync(root, constants.R_OK | constants.X_OK);
      return !statSync(root).isDirectory();
    } catch {
      return true;
    }
  });
  if (missing.length > 0)
    return wrong(
      `cannot be read: ${missing.join(', ')}`,
      'correct VQI_INPUT_ROOTS, or make the folders readable',
    );
  const shown = roots.map((root) => (isInBucket(root) ? `${root} (not asked)` : root));
  return ok(roots.length === 0 ? 'only what commands name' : shown.join(', '));
}

async function temporalServer(settings: Settings, access: ServerAccess | undefined): Promise<Verdict> {
  if (access !== undefined) {
    const at = `${access.address} (${access.givenBy ?? 'given'})`;
    try {
      await checkServer(access, SERVER_MS);
      return ok(`answers at ${at}, namespace ${access.namespace}`);
    } catch (error) {
      const { reason, next } = await serverFault(error, access);
      return wrong(`${at}: ${reason}`, next);
    }
  }
  const { isOwned, ownerPid, record } = await readServerRecord(temporalFolder(settings));
  if (isOwned && record?.address != null) {
    try {
      await checkServer(new ServerAccess(record.address), SERVER_MS);
      return ok(`answers at ${record.address}, started by process ${ownerPid ?? '?'}; commands use it`);
    } catch (error) {
      return wrong(`${record.address}: ${messageOf(error)}`, `end process ${ownerPid ?? '?'} and try again`);
    }
  }
  return await startableServer(settings);
}

/** Starts a server on a database of its own, and stops it. */
async function startableServer({ temporalCli, cacheDir, path }: Settings): Promise<Verdict> {
  const stateDir = mkdtempSync(join(tmpdir(), 'vqi-doctor-'));
  try {
    const cli = await installedTemporalCli({ explicit: temporalCli, path, cacheDir });
    if (cli === null) {
      const how = findOnPath('go', path) === null ? 'downloads it' : 'downloads it, or builds it with Go';
      return note(
        'no Temporal CLI is installed',
        `the first run ${how}; or install it (https://docs.temporal.io/cli#install), or set TEMPORAL_ADDRESS`,
      );
    }
    const server = await ensureServer({ stateDir, cacheDir, temporalCli: cli, path, log: () => undefined });
    await server.stop();
    return ok(`${cli} starts a server`);
  } catch (error) {
    return wrong(messageOf(error), 'install the Temporal CLI again, or set TEMPORAL_ADDRESS');
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function ports(settings: Settings): Promise<Verdict> {
  const { isOwned, record } = await readServerRecord(temporalFolder(settings));
  if (isOwned) return ok(`web UI: ${record?.uiAddress ?? 'not known yet'}`);
  const wanted = [DEFAULT_PORT, DEFAULT_UI_PORT];
  const free = await Promise.all(wanted.map(isPortFree));
  const taken = wanted.filter((_, at) => free[at] !== true);
  return taken.length === 0
    ? ok(`${wanted.join(' and ')} are free on 127.0.0.1`)
    : note(
        `another program has ${taken.join(' and ')} on 127.0.0.1`,
        'runs take other ports, and print them; if that program is your Temporal server, set TEMPORAL_ADDRESS',
      );
}

/** The folder itself, or the first one above it that exists. */
function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(dirname(folder));
}

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function textOf(findings: readonly Finding[]): string {
  const table = plainTable(['what', 'state', 'found', 'what to do']);
  for (const { what, state, found, next } of findings)
    table.push([what, state, wrapText(found, TEXT_WIDTH), next === null ? '' : wrapText(next, TEXT_WIDTH)]);
  const count = findings.filter(({ state }) => state === 'wrong').length;
  const end =
    count === 0
      ? 'nothing is wrong'
      : `${count} of ${findings.length} ${count === 1 ? 'is' : 'are'} wrong: runs fail until that is right`;
  return `${table.toString()}\n${end}\n`;
}
