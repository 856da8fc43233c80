import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { projectRoot } from '../../common/project-root.js';
import { freePort } from '../../server/free-port.js';
import { testTemporalCli, until } from '../integration/worker-process.js';
import { S3Server } from '../s3-server.js';
import { Program, type Programs } from './programs.js';
import { UnreliableStore } from './unreliable-store.js';

/** The services of docker-compose.yml without Docker: PostgreSQL, the Temporal server, versitygw, with the same scripts. */
export class Cluster {
  #temporal: Program | null = null;

  private constructor(
    private readonly folder: string,
    private readonly programs: Programs,
    readonly address: string,
    private readonly store: S3Server,
    private readonly postgres: Program,
    /** In front of the store: fails as it is told. */
    readonly faults: UnreliableStore,
  ) {}

  /** @param folder for everything that the services write */
  static async start(folder: string, programs: Programs): Promise<Cluster> {
    // PostgreSQL refuses to be root.
    chmodSync(folder, 0o755);
    const [postgresPort, grpcPort] = [await freePort(0), await lowPort()];
    const postgres = startPostgres(folder, programs.postgres, postgresPort);
    await until(() => postgres.output.includes('ready to accept connections'), 60_000, 'PostgreSQL is ready');
    execFileSync('sh', [join(projectRoot(), 'deploy', 'temporal', 'set-up-schema.sh')], {
      env: { ...schemaEnv(programs, postgresPort) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // As after a restart of the containers.
    execFileSync('sh', [join(projectRoot(), 'deploy', 'temporal', 'set-up-schema.sh')], {
      env: { ...schemaEnv(programs, postgresPort) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const store = await S3Server.start(join(folder, 'store'));
    mkdirSync(store.at('vqi'));
    await writeConfig(join(folder, 'temporal', 'config'), postgresPort, grpcPort);
    const faults = await UnreliableStore.start(Number(new URL(store.endpoint).port));
    const cluster = new Cluster(folder, programs, `127.0.0.1:${grpcPort}`, store, postgres, faults);
    await cluster.startTemporal().catch(async (error: unknown) => {
      await cluster.stop();
      throw error;
    });
    return cluster;
  }

  /** Variables of a worker. */
  get env(): Record<string, string> {
    return {
      VQI_STORE: 's3://vqi/main',
      ...this.store.env,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${this.faults.port}`,
    };
  }

  /** Names of what is in the bucket, below `prefix`. */
  get objects(): string {
    return this.store.at('vqi', 'main');
  }

  async startTemporal(): Promise<void> {
    const root = join(this.folder, 'temporal');
    const args = ['--root', root, '--config', 'config', '--env', 'development', '--allow-no-auth', 'start'];
    this.#temporal = Program.start(join(this.programs.folder, 'temporal-server'), args);
    await until(() => this.#answers(), 120_000, 'the Temporal server is ready');
    const cli = await testTemporalCli();
    execFileSync('sh', [join(projectRoot(), 'deploy', 'temporal', 'create-namespace.sh')], {
      env: {
        ...process.env,
        PATH: `${join(cli, '..')}:${process.env['PATH']}`,
        TEMPORAL_ADDRESS: this.address,
        RETENTION: '90d',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // The namespace is read by the server's parts one after the other.
    await until(() => this.#hasNamespace(), 60_000, 'the namespace is known');
  }

  async killTemporal(): Promise<void> {
    await this.#temporal?.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#temporal?.end('SIGKILL');
    await this.faults.stop();
    await this.store.stop();
    await this.postgres.end('SIGINT');
  }

  async #answers(): Promise<boolean> {
    return await this.#asks(async (connection) => {
      const { status } = await connection.healthService.check({
        service: 'temporal.api.workflowservice.v1.WorkflowService',
      });
      return String(status) === '1' || String(status) === 'SERVING';
    });
  }

  async #hasNamespace(): Promise<boolean> {
    return await this.#asks(async (connection) => {
      const client = new Client({ connection, namespace: 'default' });
      await client.workflow.list()[Symbol.asyncIterator]().next();
      return true;
    });
  }

  async #asks(ask: (connection: Connection) => Promise<boolean>): Promise<boolean> {
    try {
      const connection = await Connection.connect({ address: this.address, connectTimeout: 2000 });
      try {
        return await ask(connection);
      } finally {
        await connection.close();
      }
    } catch {
      await delay(200);
      return false;
    }
  }
}

function schemaEnv({ folder, schemas }: Programs, port: number): Record<string, string> {
  return {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    TEMPORAL_SCHEMA: schemas,
    POSTGRES_SEEDS: '127.0.0.1',
    DB_PORT: String(port),
    POSTGRES_USER: 'temporal',
    SQL_PASSWORD: 'temporal',
  };
}

function startPostgres(folder: string, bin: string, port: number): Program {
  const data = join(folder, 'postgres');
  mkdirSync(data);
  const owner: { uid?: number; gid?: number } = process.getuid?.() === 0 ? ownerOf('postgres') : {};
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(data, owner.uid, owner.gid);
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'temporal'], {
    stdio: 'ignore',
    cwd: data,
    ...owner,
  });
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${data}`];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  return Program.start(join(bin, 'postgres'), args, {}, owner);
}

/** User and group that a service may run as. */
function ownerOf(user: string): { uid: number; gid: number } {
  const id = (what: string): number => Number(execFileSync('id', [what, user]));
  return { uid: id('-u'), gid: id('-g') };
}

let nextPort = 17_400;

/** A free port below 32,768: Temporal's schema for PostgreSQL has no more bits for it. */
async function lowPort(): Promise<number> {
  for (;;) {
    const wanted = (nextPort += 1);
    if ((await freePort(wanted)) === wanted) return wanted;
  }
}

/** Writes the configuration of the Temporal server, as its own example for PostgreSQL has it, with free ports. */
async function writeConfig(folder: string, postgresPort: number, grpcPort: number): Promise<void> {
  const sql = (databaseName: string): object => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${postgresPort}`,
      connectProtocol: 'tcp',
      user: 'temporal',
      password: 'temporal',
      maxConns: 20,
      maxIdleConns: 20,
    },
  });
  const service = async (port: number): Promise<object> => ({
    rpc: { grpcPort: port, membershipPort: await lowPort(), bindOnLocalHost: true },
  });
  const config = {
    log: { stdout: true, level: 'error' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { default: sql('temporal'), visibility: sql('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: await service(grpcPort),
      matching: await service(await lowPort()),
      history: await service(await lowPort()),
      worker: await service(await lowPort()),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${grpcPort}`,
        },
      },
    },
    publicClient: { hostPort: `127.0.0.1:${grpcPort}` },
    dcRedirectionPolicy: { policy: 'noop' },
  };
  mkdirSync(folder, { recursive: true });
  // JSON is YAML.
  writeFileSync(join(folder, 'development.yaml'), JSON.stringify(config));
}
