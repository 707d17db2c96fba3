import { givenRows } from "../../../adapters/list-changes/parts";
import type { ProposedRow } from "../../../adapters/list-changes/proposals";
import { sameness } from "../../../adapters/list-changes/rows";
import { beginSetAs, isAlive, TakenOverError } from "../../../adapters/list-changes/run";
import { changeSetId } from "../../../adapters/list-changes/set-id";
import { isSame } from "../../../adapters/tables/conditional-batch";
import type { Item } from "../../../adapters/tables/item";
import type { ChangeSet } from "../../../engine/access-list/change-set";
import { PROPOSAL_DAYS, type Proposal, proposalState } from "../../../engine/access-list/proposal";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { BackLink, DoneNote } from "../../editor/row-parts";
import { Alert } from "../../parts/forms";
import { Pager, pageAsked, StalePage } from "../../parts/paging";
import { Facts, Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { visible } from "../../parts/value";
import { BackToList } from "./access-list-parts";
import { author, editedRow, entriesUnder, givenEdit, resumeAudited, SHOWN_CHANGES, writeAudited } from "./access-list-write";
import { Author, DifferenceTable, Entries, SetLink, What } from "./change-set-parts";
import { ConfirmationFields, ConsequenceNotes, type Consequences, consequencesOf, isConfirmed, isMistyped, Mistyped } from "./consequences";
import { type ProposalOutcome, proposalTexts } from "./proposals-texts";
import { PROPOSALS_PATH, proposalPath } from "./propose";

const MS_PER_SECOND = 1_000;

/** Waiting for a second person, and what became of the others; newest first. */
async function list(visit: Visit): Promise<Response> {
  const t = visit.say(proposalTexts);
  const page = await pageAsked<Proposal, string>(visit, {
    async read(from) {
      const { proposals, next, unreadable } = await visit.world.changes.proposals.page(from);
      return { items: proposals, next, unreadable };
    },
    after: ({ id }) => id,
  });
  const outcomes = await Promise.all(page.items.map((proposal) => outcomeOf(visit, proposal)));
  return await visit.page(
    t.title,
    <>
      <p class="hint">{t.hint(PROPOSAL_DAYS)}</p>
      <StalePage visit={visit} page={page} />
      <Table
        caption={t.caption}
        columns={[t.id, t.at, t.who, t.what, t.state].map((name) => ({ name }))}
        rows={page.items.map((proposal, index) => [
          <a href={proposalPath(proposal.id)}>{visible(proposal.id)}</a>,
          <Moment at={proposal.at} />,
          <Author set={proposal} />,
          <What visit={visit} set={proposal} />,
          proposalWords(visit, proposal, outcomes[index]),
        ])}
        empty={t.none}
      />
      <Pager visit={visit} page={page} />
      <BackToList visit={visit} />
    </>,
  );
}

/** One of them, or all. */
async function show(visit: Visit): Promise<Response> {
  const id = visit.query("id");
  return id === "" ? await list(visit) : await onePage(visit, id);
}

/** What a proposal would do to the current list. */
interface ProposalView {
  readonly proposal: Proposal;
  /** Those that are as they were when it was made. */
  readonly rows: readonly ProposedRow[];
  /** Entries that somebody has edited since. */
  readonly kept: readonly string[];
  readonly consequences: Consequences;
  /** Where it was confirmed. */
  readonly outcome: Outcome | undefined;
  /** Where its write failed, or was cut off. */
  readonly unwritten: Unwritten | undefined;
}

/** What came of a confirmation. */
interface Outcome {
  /** The change set's. */
  readonly id: string;
  /** Absent where nothing was written. */
  readonly set?: ChangeSet;
  readonly became: ProposalOutcome;
}

/** What was to come of a confirmation. */
interface Unwritten {
  readonly id: string;
  /** Absent where nothing was written. */
  readonly begun?: ChangeSet;
  /** The rows of its record: those written already are among them. */
  readonly recorded: readonly ProposedRow[];
  /** While the time of the proposal runs, it can be confirmed once more. */
  readonly canBeRepeated: boolean;
}

async function proposalView(visit: Visit, id: string): Promise<ProposalView | undefined> {
  const found = await visit.world.changes.proposals.get(id);
  if (found === undefined) return undefined;
  const { proposal, rows } = found;
  const current = await entriesUnder(
    visit,
    rows.map(({ entry }) => entry),
  );
  const outcome = await outcomeOf(visit, proposal);
  const begun = outcome?.became === "cutOff" ? outcome.set : undefined;
  const isNow = (entry: string, item: Item | undefined) => isSame(current.get(entry), item, sameness);
  // Some rows of a begun set are already as it wants them: nobody else has edited them.
  const isWritten = ({ entry, after, final }: ProposedRow) => begun !== undefined && isNow(entry, final ?? after);
  const isOpen = ({ entry, before, first, after, final }: ProposedRow) =>
    isNow(entry, first ?? before) || (begun !== undefined && final !== undefined && isNow(entry, after));
  const written = new Set(rows.filter(isWritten).map(({ entry }) => entry));
  const open = new Set(rows.filter((row) => !written.has(row.entry) && isOpen(row)).map(({ entry }) => entry));
  const left = rows.filter(({ entry }) => open.has(entry));
  const edited = new Set(rows.map(({ entry }) => entry).filter((entry) => !open.has(entry) && !written.has(entry)));
  const consequences = await consequencesOf(visit, left.filter(({ first }) => first === undefined).map(editedRow));
  const recorded = rows.filter(({ entry }) => !edited.has(entry));
  const canBeRepeated = proposalState({ ...proposal, state: "open" }, visit.now) === "open";
  const isUnwritten = outcome?.became === "failed" || outcome?.became === "cutOff";
  const unwritten = isUnwritten ? { id: outcome.id, ...(begun && { begun }), recorded, canBeRepeated } : undefined;
  return { proposal, rows: left, kept: [...edited], consequences, outcome, unwritten };
}

/** Whether somebody may confirm it, perhaps once more. */
function isConfirmable({ now }: Visit, { proposal, unwritten }: ProposalView): boolean {
  return proposalState(proposal, now) === "open" || unwritten?.canBeRepeated === true;
}

async function outcomeOf({ world, now }: Visit, { state, changeSet: id, expires }: Proposal): Promise<Outcome | undefined> {
  if (state !== "confirmed" || id === undefined) return undefined;
  const set = await world.changes.get(id);
  if (set !== undefined) return { id, set, became: whatBecameOf(set) };
  // Both are removed at that time, either one first.
  return now.getTime() < expires * MS_PER_SECOND ? { id, became: "failed" } : undefined;
}

function whatBecameOf(set: ChangeSet): ProposalOutcome {
  if (set.revertedBy !== undefined) return "takenBack";
  if (set.state === "done") return set.partial || (set.keptCount ?? 0) > 0 ? "inPart" : "written";
  return isAlive(set) ? "underWay" : "cutOff";
}

/** Confirmed is not written yet: the write may have failed. */
function proposalWords(visit: Visit, proposal: Proposal, outcome: Outcome | undefined): string {
  const { states, outcomes } = visit.say(proposalTexts);
  return outcome === undefined ? states[proposalState(proposal, visit.now)] : outcomes[outcome.became];
}

async function onePage(visit: Visit, id: string, objection?: string): Promise<Response> {
  const t = visit.say(proposalTexts);
  const found = await proposalView(visit, id);
  if (found === undefined) return await gonePage(visit);
  const { proposal, rows, kept, consequences, outcome, unwritten } = found;
  const shown = rows.filter(({ first }) => first === undefined);
  return await visit.page(
    proposal.id,
    <>
      <Mistyped visit={visit} consequences={consequences} />
      <Alert>{objection}</Alert>
      <DoneNote words={visit.done(t.done)} />
      <ProposalFacts visit={visit} proposal={proposal} outcome={outcome} />
      {unwritten === undefined ? null : (
        <Alert kind="warn">
          {unwritten.begun === undefined ? t.unwritten : t.cutOff(shown.length)} {unwritten.canBeRepeated ? t.repeat : t.expired}
        </Alert>
      )}
      {unwritten?.canBeRepeated === false ? <DifferenceTable visit={visit} rows={shown.slice(0, SHOWN_CHANGES).map(editedRow)} /> : null}
      {isConfirmable(visit, found) ? (
        <>
          <ConsequenceNotes visit={visit} consequences={consequences} />
          <DifferenceTable visit={visit} rows={shown.slice(0, SHOWN_CHANGES).map(editedRow)} />
          {kept.length === 0 ? null : (
            <>
              <p>{t.kept(kept.length)}</p>
              <Entries entries={kept.slice(0, SHOWN_CHANGES)} />
            </>
          )}
          {rows.length === 0 && unwritten?.begun === undefined ? <p>{t.nothingLeft}</p> : null}
          {visit.may("Administrator") ? <Decide visit={visit} found={found} /> : null}
        </>
      ) : null}
      <BackLink path={PROPOSALS_PATH} text={t.back} />
    </>,
    { status: objection !== undefined ? 409 : isMistyped(visit, consequences) ? 400 : 200 },
  );
}

interface ProposalFactsProps {
  readonly visit: Visit;
  readonly proposal: Proposal;
  readonly outcome: Outcome | undefined;
}

function ProposalFacts({ visit, proposal, outcome }: ProposalFactsProps) {
  const t = visit.say(proposalTexts);
  const { at, settledAt, settledBy, settledName, changeSet } = proposal;
  return (
    <Facts
      facts={[
        [t.at, <Moment at={at} />],
        [t.who, <Author set={proposal} />],
        [t.what, <What visit={visit} set={proposal} />],
        [t.state, proposalWords(visit, proposal, outcome)],
        ...(settledAt === undefined || settledBy === undefined
          ? []
          : [
              [
                t.settled,
                <>
                  <Author set={{ by: settledBy, ...(settledName !== undefined && { name: settledName }) }} /> <Moment at={settledAt} />
                </>,
              ] as const,
            ]),
        ...(changeSet === undefined ? [] : [[t.changeSet, <SetLink id={changeSet} />] as const]),
      ]}
    />
  );
}

function Decide({ visit, found: { proposal, rows, consequences, unwritten } }: { readonly visit: Visit; readonly found: ProposalView }) {
  const t = visit.say(proposalTexts);
  const isOwn = proposal.by === visit.session.subject;
  const hidden = (
    <>
      {visit.formToken}
      <input type="hidden" name="id" value={proposal.id} />
    </>
  );
  return (
    <>
      {isOwn ? <p class="hint">{t.own}</p> : null}
      {isOwn || (rows.length === 0 && unwritten?.begun === undefined) ? null : (
        <form class="card narrow" method="post" action={`${PROPOSALS_PATH}/confirm`}>
          {hidden}
          <ConfirmationFields visit={visit} consequences={consequences} button={t.confirm} />
        </form>
      )}
      {unwritten === undefined ? (
        <form method="post" action={`${PROPOSALS_PATH}/reject`}>
          {hidden}
          <button type="submit" class="quiet">
            {isOwn ? t.withdraw : t.reject}
          </button>
        </form>
      ) : null}
    </>
  );
}

/** Writes what somebody else proposed, where rows are still as they were then. */
async function confirm(visit: Visit): Promise<Response> {
  const t = visit.say(proposalTexts);
  const id = visit.field("id");
  const found = await proposalView(visit, id);
  if (found === undefined) return await gonePage(visit);
  const { proposal, rows, consequences, unwritten } = found;
  if (!isConfirmable(visit, found)) return await onePage(visit, id, t.decided);
  if (proposal.by === visit.session.subject) return await onePage(visit, id, t.own);
  if (rows.length === 0 && unwritten?.begun === undefined) return await onePage(visit, id, t.nothingLeft);
  if (!isConfirmed(visit, consequences)) return await onePage(visit, id);
  if (unwritten?.begun !== undefined) return await goOn(visit, id, unwritten.begun, unwritten.recorded);
  const changeSet = unwritten?.id ?? changeSetId(visit.now);
  if (unwritten === undefined && !(await settled(visit, id, { state: "confirmed", changeSet }))) return await onePage(visit, id, t.decided);
  const { draft, source } = givenEdit(rows, proposal.means);
  const whole = { ...draft, ...author(visit), proposedBy: proposal.name || proposal.by };
  // One set comes of it, however often it is confirmed.
  const set = await beginSetAs(visit.world.changes, changeSet, whole, visit.now);
  if (set === undefined) return await onePage(visit, id, t.decided);
  await writeAudited(visit, set, source);
  return visit.goTo(`${proposalPath(id)}&done=confirmed`);
}

/** Writes what is left of a set that was cut off. */
async function goOn(visit: Visit, id: string, begun: ChangeSet, rows: readonly ProposedRow[]): Promise<Response> {
  try {
    await resumeAudited(visit, begun, givenRows(rows));
  } catch (error) {
    if (error instanceof TakenOverError) return await onePage(visit, id, visit.say(proposalTexts).decided);
    throw error;
  }
  return visit.goTo(`${proposalPath(id)}&done=confirmed`);
}

async function reject(visit: Visit): Promise<Response> {
  const id = visit.field("id");
  const found = await visit.world.changes.proposals.get(id);
  if (found === undefined) return await gonePage(visit);
  const isOpen = proposalState(found.proposal, visit.now) === "open";
  if (!isOpen || !(await settled(visit, id, { state: "rejected" }))) return await onePage(visit, id, visit.say(proposalTexts).decided);
  return visit.goTo(`${proposalPath(id)}&done=rejected`);
}

type Decision = { readonly state: "confirmed"; readonly changeSet: string } | { readonly state: "rejected" };

function settled({ world, session, now }: Visit, id: string, decision: Decision): Promise<boolean> {
  const { subject: by, name } = session;
  const settlement = { ...decision, settledAt: now.toISOString(), settledBy: by, settledName: name };
  const entry = { by, name, action: `access-list.proposal-${decision.state}`, subject: id };
  return world.audit.audited(entry, now, () => world.changes.proposals.settle(id, settlement));
}

function gonePage(visit: Visit): Promise<Response> {
  const t = visit.say(proposalTexts);
  return visit.page(
    t.title,
    <>
      <p>{t.gone}</p>
      <BackLink path={PROPOSALS_PATH} text={t.back} />
    </>,
    { status: 404 },
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: PROPOSALS_PATH, access: "Reader", asks: { id: "any" }, handler: show },
  { method: "POST", path: `${PROPOSALS_PATH}/confirm`, access: "Administrator", hidden: ["id"], handler: confirm },
  { method: "POST", path: `${PROPOSALS_PATH}/reject`, access: "Administrator", hidden: ["id"], handler: reject },
];
