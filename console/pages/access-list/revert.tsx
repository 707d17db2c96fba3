import { createHash } from "node:crypto";
import { beginRevert, draftOf, planRevert, type RevertPlan } from "../../../adapters/list-changes/revert";
import { isAlive, TakenOverError } from "../../../adapters/list-changes/run";
import { toRow } from "../../../adapters/tables/item";
import type { ChangeSet } from "../../../engine/access-list/change-set";
import type { EditedRow } from "../../../engine/access-list/edit-check";
import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/alert";
import { author, entriesUnder, MAX_ROWS, SHOWN_CHANGES, writeAudited } from "./access-list-write";
import { BackToChanges, CHANGES_PATH, DifferenceTable, Entries, SetLink, setPath, showGone } from "./change-set-parts";
import { changeSetTexts } from "./change-set-texts";
import { ConfirmationFields, ConsequenceNotes, consequencesOf, isConfirmed, isMistyped, Mistyped, needsSecond } from "./consequences";
import { propose } from "./propose";

/** What a revert would do, and the button that does it. */
export async function showRevert(visit: Visit): Promise<Response> {
  const set = await visit.world.changes.get(visit.query("id"));
  return set === undefined ? await showGone(visit) : await planPage(visit, set);
}

/** Does what the page showed, if it is what would be done now. */
export async function confirmRevert(visit: Visit): Promise<Response> {
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
export async function undo(visit: Visit): Promise<Response> {
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
async function objectionTo(visit: Visit, set: ChangeSet): Promise<string | undefined> {
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
        <Alert>
          <p>{objection}</p>
        </Alert>
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
      {stale ? (
        <Alert>
          <p>{t.stale}</p>
        </Alert>
      ) : null}
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
          <form method="post" action={`${CHANGES_PATH}/revert`}>
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
