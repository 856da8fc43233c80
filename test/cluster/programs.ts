import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findOnPath } from '../../server/find-on-path.js';

/** Programs of Go modules; each has another name in its module. */
const GO_PROGRAMS = {
  'temporal-server': ['go.temporal.io/server/cmd/server@v1.29.1', 'server'],
  'temporal-sql-tool': ['go.temporal.io/server/cmd/tools/sql@v1.29.1', 'sql'],
  versitygw: ['github.com/versity/versitygw/cmd/versitygw@v1.8.0', 'versitygw'],
} as const;

/** Paths of all programs that a cluster needs. */
export interface Programs {
  readonly folder: string;
  /** Folder of initdb and postgres. */
  readonly postgres: string;
  /** Folder of the versioned schemas of Temporal for PostgreSQL. */
  readonly schemas: string;
}

/**
 * Finds the programs, and builds those of Go (about 15 minutes of two cores, 270 MB, once; kept in ~/.cache/vqi/cluster).
 * @returns the reason, in words, if they cannot be had
 */
export function findPrograms(): Programs | string {
  const postgres = postgresFolder();
  if (postgres === null) return 'PostgreSQL is not installed (apt-get install postgresql)';
  const go = findOnPath('go', process.env['PATH'] ?? '');
  if (go === null) return 'Go is not installed, which builds the Temporal server and versitygw';
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vqi', 'cluster');
  for (const [name, [module, built]] of Object.entries(GO_PROGRAMS)) {
    if (existsSync(join(folder, name))) continue;
    process.stderr.write(`building ${name}\n`);
    const bin = mkdtempSync(join(tmpdir(), 'vqi-go-'));
    try {
      execFileSync(go, ['install', module], {
        env: { ...process.env, GOBIN: bin, GOFLAGS: '-buildvcs=false' },
        stdio: 'ignore',
      });
      mkdirSync(folder, { recursive: true });
      execFileSync('cp', [join(bin, built), join(folder, `.${name}`)]);
      renameSync(join(folder, `.${name}`), join(folder, name));
    } catch (error) {
      return `${name} could not be built: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      rmSync(bin, { recursive: true, force: true });
    }
  }
  const { Dir } = JSON.parse(
    execFileSync(go, ['mod', 'download', '-json', 'go.temporal.io/server@v1.29.1'], { encoding: 'utf8' }),
  ) as { Dir: string };
  return {
    folder,
    postgres,
    schemas: join(Dir, 'schema', 'postgresql', 'v12'),
  };
}

/** Debian keeps the server's programs out of the PATH. */
function postgresFolder(): string | null {
  const debian = '/usr/lib/postgresql';
  const folders = existsSync(debian)
    ? readdirSync(debian).map((version) => join(debian, version, 'bin'))
    : [];
  const [newest] = folders
    .filter((folder) => existsSync(join(folder, 'initdb')))
    .sort()
    .reverse();
  const initdb = findOnPath('initdb', process.env['PATH'] ?? '');
  return newest ?? (initdb === null ? null : dirname(initdb));
}

/** A program that runs until it is ended; its output is kept for errors. */
export class Program {
  output = '';

  private constructor(private readonly child: ChildProcess) {}

  /** @param owner user and group that it runs as; by default those of this process */
  static start(
    command: string,
    args: readonly string[],
    env: Record<string, string> = {},
    owner: { uid?: number; gid?: number } = {},
  ): Program {
    const child = spawn(command, args, {
      ...owner,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const program = new Program(child);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (program.output += text));
    return program;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
