import { createHash } from "node:crypto";
import { beginRevert, draftOf, planRevert, type RevertPlan } from "../../../adapters/list-changes/revert";
import type { RowChange } from "../../../adapters/list-changes/rows";
import { isAlive, TakenOverError } from "../../../adapters/list-changes/run";
import { toRow } from "../../../adapters/tables/item";
import type { ChangeSet } from "../../../engine/access-list/change-set";
import type { EditedRow } from "../../../engine/access-list/edit-check";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { DoneNote } from "../../editor/row-parts";
import { Alert } from "../../parts/forms";
import { Facts } from "../../parts/table";
import { Moment } from "../../parts/time";
import { visible } from "../../parts/value";
import { author, entriesUnder, MAX_ROWS, SHOWN_CHANGES, writeAudited } from "./access-list-write";
import {
  Author,
  BackToChanges,
  DifferenceTable,
  Entries,
  SETS_PATH,
  SetLink,
  setPath,
  showGone,
  stateWords,
  UndoForm,
  What,
} from "./change-set-parts";
import { changeSetTexts } from "./change-set-texts";
import { ConfirmationFields, ConsequenceNotes, consequencesOf, isConfirmed, isMistyped, Mistyped, needsSecond } from "./consequences";
import { propose } from "./propose";

/** Rows of a difference on its page. */
const SHOWN_ROWS = 200;

/** One set: who, what, and each row before and after. */
async function one(visit: Visit): Promise<Response> {
  const t = visit.say(changeSetTexts);
  const set = await visit.world.changes.get(visit.query("id"));
  if (set === undefined) return await showGone(visit);
  const { rows, more } = await firstRows(visit, set);
  const { kept = [], keptCount = 0 } = set;
  const reverted = keptCount === 0 ? t.revertDone : t.revertDoneBut(keptCount);
  return await visit.page(
    set.id,
    <>
      <DoneNote words={visit.done({ reverted })} />
      {visit.done({ reverted }) === undefined || !visit.may("Administrator") ? null : <UndoForm visit={visit} id={set.id} />}
      <Facts
        facts={[
          [t.at, <Moment at={set.at} />],
          [t.who, <Author set={set} />],
          ...(set.proposedBy === undefined ? [] : [[t.proposedBy, <bdi>{visible(set.proposedBy)}</bdi>] as const]),
          [t.means, t.meansOf[set.means]],
          [t.what, <What visit={visit} set={set} />],
          [t.state, stateWords(visit, set)],
          ...(set.reverts === undefined ? [] : [[t.reverts, <SetLink id={set.reverts} />] as const]),
          ...(set.revertedBy === undefined ? [] : [[t.revertedBy, <SetLink id={set.revertedBy} />] as const]),
        ]}
      />
      {visit.may("Administrator") ? (
        <p class="actions">
          <a class="button" href={`${SETS_PATH}/revert?id=${encodeURIComponent(set.id)}`}>
            {t.revert}
          </a>
        </p>
      ) : null}
      {more ? <p class="hint">{t.first(SHOWN_ROWS)}</p> : null}
      <DifferenceTable visit={visit} rows={rows} />
      {keptCount === 0 ? null : (
        <>
          <h2>{t.keptTitle}</h2>
          <p>{t.kept(keptCount)}</p>
          <Entries entries={kept} />
        </>
      )}
      <BackToChanges visit={visit} />
    </>,
  );
}

async function firstRows(
  { world }: Visit,
  { id, kept = [] }: ChangeSet,
): Promise<{ readonly rows: readonly RowChange[]; readonly more: boolean }> {
  const rows: RowChange[] = [];
  for await (const { writes } of world.changes.parts(id)) {
    rows.push(...writes.filter(({ entry, first }) => first === undefined && !kept.includes(entry)));
    if (rows.length > SHOWN_ROWS) return { rows: rows.slice(0, SHOWN_ROWS), more: true };
  }
  return { rows, more: false };
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: `${SETS_PATH}/one`, access: "Reader", asks: { id: "any" }, handler: one },
  { method: "GET", path: `${SETS_PATH}/revert`, access: "Administrator", asks: { id: "any" }, handler: showRevert },
  { method: "POST", path: `${SETS_PATH}/revert`, access: "Administrator", hidden: ["id", "version"], handler: confirmRevert },
  { method: "POST", path: `${SETS_PATH}/undo`, access: "Administrator", hidden: ["id"], handler: undo },
];

/** What a revert would do, and the button that does it. */
async function showRevert(visit: Visit): Promise<Response> {
  const set = await visit.world.changes.get(visit.query("id"));
  return set === undefined ? await showGone(visit) : await planPage(visit, set);
}

/** Does what the page showed, if it is what would be done now. */
async function confirmRevert(visit: Visit): Promise<Response> {
  const { changes } = visit.world;
  const set = await changes.get(visit.field("id"));
  if (set === undefined) return await showGone(visit);
  if ((await objectionTo(visit, set)) !== undefined) return await planPage(visit, set);
  const plan = await planOf(visit, set);
  if (versionOf(plan) !== visit.field("version")) return await planPage(visit, set, true);
  const consequences = await consequencesOf(visit, editsOf(plan));
  if (consequences.grade === "dangerous" && !isConfirmed(visit, consequences)) return await planPage(visit, set);
  if (needsSecond(visit, consequences)) {
    const { added, changed, removed, rows: source } = plan;
    return await propose(visit, {
      means: "console revert",
      added,
      changed,
      removed,
      source,
      ...(set.entry !== undefined && { entry: set.entry }),
    });
  }
  return (await write(visit, set, plan)) ?? (await planPage(visit, (await changes.get(set.id)) ?? set, true));
}

/** Takes back the change that was just made, at one click; where that is not plain, by the page that shows what it would do. */
async function undo(visit: Visit): Promise<Response> {
  const set = await visit.world.changes.get(visit.field("id"));
  if (set === undefined) return await showGone(visit);
  if ((await objectionTo(visit, set)) !== undefined) return await planPage(visit, set);
  const plan = await planOf(visit, set);
  if (plan.added + plan.changed + plan.removed === 0) return await planPage(visit, set);
  const { grade } = await consequencesOf(visit, editsOf(plan));
  if (grade === "dangerous") return await planPage(visit, set);
  return (await write(visit, set, plan)) ?? (await planPage(visit, set, true));
}

/** Undefined where somebody else reverts it at this moment. */
async function write(visit: Visit, set: ChangeSet, plan: RevertPlan): Promise<Response | undefined> {
  const { changes } = visit.world;
  const draft = { ...draftOf(set, plan), ...author(visit), means: "console revert" } as const;
  const own = await beginRevert(changes, set, draft, visit.now).catch((error: unknown) => {
    if (error instanceof TakenOverError) return undefined;
    throw error;
  });
  if (own === undefined) return undefined;
  await writeAudited(visit, own, plan.rows);
  return visit.goTo(`${setPath(own.id)}&done=reverted`);
}

function planOf(visit: Visit, set: ChangeSet): Promise<RevertPlan> {
  return planRevert(visit.world.changes, set, (entries) => entriesUnder(visit, entries), 2 * MAX_ROWS);
}

/** Each key once, before and after. */
function editsOf({ examples }: RevertPlan): readonly EditedRow[] {
  return examples.map(({ before, after, first, final }) => {
    const [was, is] = [first ?? before, final ?? after];
    return { before: was && toRow(was), after: is && toRow(is) };
  });
}

/** Of what the page showed: another one means that the list has changed since. */
function versionOf({ added, changed, removed, keptCount, kept, examples }: RevertPlan): string {
  const shown = JSON.stringify([added, changed, removed, keptCount, kept, examples.map(({ entry }) => entry)]);
  return createHash("sha256").update(shown).digest("base64url").slice(0, 22);
}

/** Why the set cannot be reverted here and now. */
export async function objectionTo(visit: Visit, set: ChangeSet): Promise<string | undefined> {
  const t = visit.say(changeSetTexts);
  if (set.writes > MAX_ROWS) return t.tooLong(MAX_ROWS);
  if (isAlive(set)) return t.alive;
  const earlier = set.revertedBy === undefined ? undefined : await visit.world.changes.get(set.revertedBy);
  if (earlier === undefined || earlier.revertedBy !== undefined) return undefined;
  if (isAlive(earlier)) return t.alive;
  return earlier.state === "done" ? t.already : undefined;
}

async function planPage(visit: Visit, set: ChangeSet, stale = false): Promise<Response> {
  const t = visit.say(changeSetTexts);
  const objection = await objectionTo(visit, set);
  if (objection !== undefined) {
    const content = (
      <>
        <Alert>{objection}</Alert>
        <BackToChanges visit={visit} />
      </>
    );
    return await visit.page(t.revertTitle, content, { status: 409 });
  }
  const plan = await planOf(visit, set);
  const { added, changed, removed, unchanged, keptCount, kept, examples } = plan;
  const total = added + changed + removed;
  const consequences = await consequencesOf(visit, editsOf(plan));
  return await visit.page(
    t.revertTitle,
    <>
      <Mistyped visit={visit} consequences={consequences} />
      {stale ? <Alert>{t.stale}</Alert> : null}
      <p>
        <SetLink id={set.id} />
      </p>
      <p>{total === 0 ? t.noPlan : t.plan(added, changed, removed)}</p>
      {unchanged === 0 ? null : <p class="hint">{t.unchanged(unchanged)}</p>}
      {keptCount === 0 ? null : (
        <>
          <p>{t.edited(keptCount)}</p>
          <Entries entries={kept.slice(0, SHOWN_CHANGES)} />
        </>
      )}
      {total === 0 ? null : (
        <>
          <ConsequenceNotes visit={visit} consequences={consequences} />
          {examples.length > SHOWN_CHANGES ? <p class="hint">{t.first(SHOWN_CHANGES)}</p> : null}
          <DifferenceTable visit={visit} rows={examples.slice(0, SHOWN_CHANGES)} />
          <form method="post" action={`${SETS_PATH}/revert`}>
            {visit.formToken}
            <input type="hidden" name="id" value={set.id} />
            <input type="hidden" name="version" value={versionOf(plan)} />
            {consequences.grade === "dangerous" ? (
              <ConfirmationFields visit={visit} consequences={consequences} />
            ) : (
              <button type="submit" class="danger">
                {t.confirm}
              </button>
            )}
          </form>
        </>
      )}
      <BackToChanges visit={visit} />
    </>,
    { status: stale ? 409 : isMistyped(visit, consequences) ? 400 : 200 },
  );
}
