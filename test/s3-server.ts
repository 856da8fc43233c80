import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../server/free-port.js';
import { Program } from './cluster/programs.js';
import { until } from './integration/worker-process.js';

const ACCESS_KEY = 'vqi';
const SECRET_KEY = 'vqi-secret';
const PROGRAM = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'vqi',
  'cluster',
  'versitygw',
);

/** Why tests with a server of S3 skip; false: they do not. */
export const NO_S3_SERVER = existsSync(PROGRAM)
  ? false
  : 'versitygw is not built (npm run test:cluster builds it)';

/** A server of S3 (versitygw) whose buckets are folders, and whose objects are files. */
export class S3Server {
  private constructor(
    private readonly program: Program,
    private readonly folder: string,
    readonly endpoint: string,
  ) {}

  /** @param folder for all that it writes */
  static async start(folder: string): Promise<S3Server> {
    const port = await freePort(0);
    for (const name of ['objects', 'meta']) mkdirSync(join(folder, name), { recursive: true });
    const options = ['--port', `127.0.0.1:${port}`, '--health', '/health', 'posix', '--sidecar'];
    const program = Program.start(PROGRAM, [...options, join(folder, 'meta'), join(folder, 'objects')], {
      ROOT_ACCESS_KEY: ACCESS_KEY,
      ROOT_SECRET_KEY: SECRET_KEY,
    });
    const endpoint = `http://127.0.0.1:${port}`;
    await until(
      async () =>
        await fetch(`${endpoint}/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
      30_000,
      'the server of S3 is ready',
    );
    return new S3Server(program, folder, endpoint);
  }

  /** Variables of its clients. */
  get env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    };
  }

  /** Path of a bucket, or of an object in it. */
  at(...names: string[]): string {
    return join(this.folder, 'objects', ...names);
  }

  async stop(): Promise<void> {
    await this.program.end('SIGINT');
  }
}
