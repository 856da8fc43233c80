import { planSplices, type SpliceSource } from '../../common/plan-splices.js';
import { deriveSeed } from '../../common/random.js';
import { MEDIA_FEATURES } from '../../schemas/features/media-features.js';
import { fill } from '../core/fill.js';
import { textOf } from '../core/row-values.js';
import { buildModels, type ModelParams } from '../core/run-models.js';
import type { Warehouse } from '../core/warehouse.js';

/** Pieces are this long: a switch matters for up to two minutes, in which segments of before are still in sight. */
const PIECE_SECONDS = [60, 180] as const;
const MOST_SESSIONS = 500;
/** Sessions of a fold that pieces are cut from: planning compares all pairs. */
const MOST_SOURCES = 2000;

export interface SplicePlanOptions {
  /** Spliced sessions for each session of the training set; 0: none. */
  readonly share: number;
  readonly seed: number;
}

/**
 * Makes `spliced_set`: windows of sessions that switch, spliced from the media segments of training sessions of constant
 * resolution. All pieces of a spliced session are of one fold, so that a model never learns from a session that it is
 * evaluated on. To be called in a transaction, after the splits are known.
 *
 * @param params of the models of media features
 * @returns null, or why there are no spliced sessions
 */
export async function buildSplicedSet(
  warehouse: Warehouse,
  { share, seed }: SplicePlanOptions,
  params: ModelParams,
): Promise<string | null> {
  const others = await otherInputs(warehouse);
  const sources = share > 0 && others.length === 0 ? await spliceSources(warehouse) : [];
  const pieces = [...new Set(sources.map(({ fold }) => fold))].flatMap((fold) =>
    planned(
      sources.filter((source) => source.fold === fold),
      fold,
      share,
      deriveSeed(seed, `splices-${fold}`),
    ),
  );
  await fill(warehouse, 'training_splices', pieces);
  await buildModels(warehouse, ['48_splices'], params);
  // Temporary tables hide those of the run: the same statements make the features of spliced sessions.
  await warehouse.run(`
    create or replace temporary table media_segments as from spliced_segments;
    create or replace temporary table session_windows as from spliced_windows`);
  await buildModels(warehouse, ['31_media', '49_spliced_set'], params);
  await warehouse.run('drop table temp.media_segments; drop table temp.session_windows');
  if (pieces.length > 0 || share === 0) return null;
  return others.length > 0
    ? `the model learns from features that spliced sessions do not have (${others[0]}${others.length === 1 ? '' : ` and ${others.length - 1} more`})`
    : 'in no fold, two sessions of different resolutions have a minute of media each';
}

/** Inputs that are not features of media segments. */
async function otherInputs(warehouse: Warehouse): Promise<string[]> {
  const media = new Set(MEDIA_FEATURES.map(({ name }) => name));
  const inputs = await warehouse.rows(
    'select column_name from cleaned_columns where dropped_by is null order by column_index',
  );
  return inputs.map((row) => String(row['column_name'])).filter((name) => !media.has(name));
}

interface TrainingSource extends SpliceSource {
  readonly fold: number;
}

/** Training sessions of one resolution, without the first and last tenth of their time. */
async function spliceSources(warehouse: Warehouse): Promise<TrainingSource[]> {
  const rows = await warehouse.rows(`
    with constant as (
      select session_id, any_value(resolution_px) as resolution_px
      from window_labels
      group by session_id
      having count(*) = count(*) filter (label_state = 'steady') and count(distinct resolution_px) = 1
    )

    select
      session.session_id,
      session.site,
      session.video_id,
      session.service,
      session.capture_id::varchar as capture_id,
      constant.resolution_px,
      splits.fold,
      session.start_us::double as start_us,
      session.end_us::double as end_us
    from sessions as session
    join constant using (session_id)
    join splits using (session_group)
    where session.has_media and splits.fold >= 0
    order by session.session_id`);
  return rows.map((row) => {
    const [startUs, endUs] = [Number(row['start_us']), Number(row['end_us'])];
    const tenthUs = Math.round((endUs - startUs) / 10);
    return {
      sessionId: String(row['session_id']),
      site: textOf(row['site']),
      videoId: textOf(row['video_id']),
      resolutionPx: Number(row['resolution_px']),
      kind: String(row['service']),
      content: String(row['capture_id']),
      firstUs: startUs,
      activeFromUs: startUs + tenthUs,
      activeToUs: endUs - tenthUs,
      fold: Number(row['fold']),
    };
  });
}

function planned(
  sources: readonly TrainingSource[],
  fold: number,
  share: number,
  seed: number,
): Record<string, string | number | bigint>[] {
  const sessions = Math.min(MOST_SESSIONS, Math.round(share * sources.length));
  const step = Math.max(1, Math.ceil(sources.length / MOST_SOURCES));
  const some = sources.filter((_, at) => at % step === 0);
  const plans = planSplices(some, { sessions, seed, pieceSeconds: PIECE_SECONDS });
  return plans.flatMap((pieces, number) =>
    pieces.map(({ source, fromUs, toUs, atUs }, piece) => ({
      splice_id: `spliced ${fold}-${number + 1}`,
      piece,
      fold,
      session_id: source.sessionId,
      resolution_px: source.resolutionPx,
      from_us: BigInt(fromUs),
      to_us: BigInt(toUs),
      at_us: BigInt(atUs - pieces[0]!.atUs),
    })),
  );
}
