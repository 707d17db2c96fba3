import { givenRows } from "../../../adapters/list-changes/parts";
import type { ProposedRow } from "../../../adapters/list-changes/proposals";
import { sameness } from "../../../adapters/list-changes/rows";
import { beginSetAs, isAlive } from "../../../adapters/list-changes/run";
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
import { unlessTakenOver } from "./change-sets";
import { ConfirmationFields, ConsequenceNotes, type Consequences, consequencesOf, isConfirmed, isMistyped, Mistyped } from "./consequences";
import { proposalTexts } from "./proposals-texts";
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
  const stands = await Promise.all(page.items.map((proposal) => standOf(visit, proposal)));
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
          t.states[stands[index]?.state ?? proposal.state],
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
interface ProposalView extends ProposalStand {
  readonly proposal: Proposal;
  /** Those that are as they were when it was made. */
  readonly left: readonly ProposedRow[];
  /** Entries that somebody has edited since. */
  readonly edited: readonly string[];
  /** All others: those that a write which was cut off has written are among them. */
  readonly recorded: readonly ProposedRow[];
  readonly consequences: Consequences;
  /** Whether somebody may confirm it, perhaps once more. */
  readonly isConfirmable: boolean;
  readonly isNothingLeft: boolean;
}

/** The state of a proposal, and the change set that it became. */
interface ProposalStand {
  readonly state: keyof (typeof proposalTexts)["en"]["states"];
  readonly set?: ChangeSet | undefined;
  /** Whether it was confirmed, and not all is written. */
  readonly isUnwritten: boolean;
}

async function proposalView(visit: Visit, id: string): Promise<ProposalView | undefined> {
  const found = await visit.world.changes.proposals.get(id);
  if (found === undefined) return undefined;
  const { proposal, rows } = found;
  const current = await entriesUnder(
    visit,
    rows.map(({ entry }) => entry),
  );
  const stand = await standOf(visit, proposal);
  const isCut = stand.state === "cutOff";
  const isNow = (entry: string, item: Item | undefined) => isSame(current.get(entry), item, sameness);
  // Some rows of a begun set are already as it wants them: nobody else has edited them.
  const isWritten = ({ entry, after, final }: ProposedRow) => isCut && isNow(entry, final ?? after);
  const isOpen = ({ entry, before, first, after, final }: ProposedRow) =>
    isNow(entry, first ?? before) || (isCut && final !== undefined && isNow(entry, after));
  const written = new Set(rows.filter(isWritten).map(({ entry }) => entry));
  const open = new Set(rows.filter((row) => !written.has(row.entry) && isOpen(row)).map(({ entry }) => entry));
  const edited = new Set(rows.map(({ entry }) => entry).filter((entry) => !open.has(entry) && !written.has(entry)));
  const left = rows.filter(({ entry }) => open.has(entry));
  const isInTime = proposalState({ ...proposal, state: "open" }, visit.now) === "open";
  return {
    ...{ ...stand, proposal, left, edited: [...edited], recorded: rows.filter(({ entry }) => !edited.has(entry)) },
    consequences: await consequencesOf(visit, left.filter(({ first }) => first === undefined).map(editedRow)),
    isConfirmable: isInTime && (proposal.state === "open" || stand.isUnwritten),
    isNothingLeft: left.length === 0 && !isCut,
  };
}

/** Confirmed is not written yet: the write may have failed. */
async function standOf({ world, now }: Visit, proposal: Proposal): Promise<ProposalStand> {
  const { state, changeSet: id, expires } = proposal;
  const set = state === "confirmed" && id !== undefined ? await world.changes.get(id) : undefined;
  if (set !== undefined) {
    const became = whatBecameOf(set);
    return { state: became, set, isUnwritten: became === "cutOff" };
  }
  // Both are removed at that time, either one first.
  const isLost = state === "confirmed" && now.getTime() < expires * MS_PER_SECOND;
  return { state: isLost ? "failed" : proposalState(proposal, now), isUnwritten: isLost };
}

function whatBecameOf(set: ChangeSet) {
  if (set.revertedBy !== undefined) return "takenBack";
  if (set.state === "done") return set.partial || (set.keptCount ?? 0) > 0 ? "inPart" : "written";
  return isAlive(set) ? "underWay" : "cutOff";
}

async function onePage(visit: Visit, id: string, objection?: string): Promise<Response> {
  const t = visit.say(proposalTexts);
  const found = await proposalView(visit, id);
  if (found === undefined) return await gonePage(visit);
  const { proposal, left, edited, consequences, state, isUnwritten, isConfirmable, isNothingLeft } = found;
  const shown = left.filter(({ first }) => first === undefined).map(editedRow);
  const isShown = isConfirmable || isUnwritten;
  return await visit.page(
    proposal.id,
    <>
      <Mistyped visit={visit} consequences={consequences} />
      <Alert>{objection}</Alert>
      <DoneNote words={visit.done(t.done)} />
      <ProposalFacts visit={visit} proposal={proposal} state={t.states[state]} />
      {isUnwritten ? (
        <Alert kind="warn">
          {state === "failed" ? t.unwritten : t.cutOffHint(shown.length)} {isConfirmable ? t.repeat : t.expiredHint}
        </Alert>
      ) : null}
      {isConfirmable ? <ConsequenceNotes visit={visit} consequences={consequences} /> : null}
      {isShown ? <DifferenceTable visit={visit} rows={shown.slice(0, SHOWN_CHANGES)} /> : null}
      {isConfirmable && edited.length > 0 ? (
        <>
          <p>{t.kept(edited.length)}</p>
          <Entries entries={edited.slice(0, SHOWN_CHANGES)} />
        </>
      ) : null}
      {isConfirmable && isNothingLeft ? <p>{t.nothingLeft}</p> : null}
      {isConfirmable && visit.may("Administrator") ? <Decide visit={visit} found={found} /> : null}
      <BackLink path={PROPOSALS_PATH} text={t.back} />
    </>,
    { status: objection !== undefined ? 409 : isMistyped(visit, consequences) ? 400 : 200 },
  );
}

function ProposalFacts({ visit, proposal, state }: { readonly visit: Visit; readonly proposal: Proposal; readonly state: string }) {
  const t = visit.say(proposalTexts);
  const { at, settledAt, settledBy, settledName, changeSet } = proposal;
  return (
    <Facts
      facts={[
        [t.at, <Moment at={at} />],
        [t.who, <Author set={proposal} />],
        [t.what, <What visit={visit} set={proposal} />],
        [t.state, state],
        [
          t.settled,
          settledAt === undefined || settledBy === undefined ? undefined : (
            <>
              <Author set={{ by: settledBy, ...(settledName !== undefined && { name: settledName }) }} /> <Moment at={settledAt} />
            </>
          ),
        ],
        [t.changeSet, changeSet === undefined ? undefined : <SetLink id={changeSet} />],
      ]}
    />
  );
}

function Decide({ visit, found }: { readonly visit: Visit; readonly found: ProposalView }) {
  const t = visit.say(proposalTexts);
  const { proposal, consequences, isUnwritten, isNothingLeft } = found;
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
      {isOwn || isNothingLeft ? null : (
        <form class="card narrow" method="post" action={`${PROPOSALS_PATH}/confirm`}>
          {hidden}
          <ConfirmationFields visit={visit} consequences={consequences} button={t.confirm} />
        </form>
      )}
      {isUnwritten ? null : (
        <form method="post" action={`${PROPOSALS_PATH}/reject`}>
          {hidden}
          <button type="submit" class="quiet">
            {isOwn ? t.withdraw : t.reject}
          </button>
        </form>
      )}
    </>
  );
}

/** Writes what somebody else proposed, where rows are still as they were then; or what is left of a write that was cut off. */
async function confirm(visit: Visit): Promise<Response> {
  const t = visit.say(proposalTexts);
  const id = visit.field("id");
  const found = await proposalView(visit, id);
  if (found === undefined) return await gonePage(visit);
  const { proposal, left, consequences, state, set: begun, isConfirmable, isNothingLeft } = found;
  if (!isConfirmable) return await onePage(visit, id, t.decided);
  if (proposal.by === visit.session.subject) return await onePage(visit, id, t.own);
  if (isNothingLeft) return await onePage(visit, id, t.nothingLeft);
  if (!isConfirmed(visit, consequences)) return await onePage(visit, id);
  if (state === "cutOff" && begun !== undefined) {
    const ran = await resumeAudited(visit, begun, givenRows(found.recorded)).catch(unlessTakenOver);
    return ran === undefined ? await onePage(visit, id, t.decided) : visit.goTo(`${proposalPath(id)}&done=confirmed`);
  }
  const changeSet = proposal.changeSet ?? changeSetId(visit.now);
  if (proposal.state === "open" && !(await settled(visit, id, { state: "confirmed", changeSet })))
    return await onePage(visit, id, t.decided);
  const { draft, source } = givenEdit(left, proposal.means);
  const whole = { ...draft, ...author(visit), proposedBy: proposal.name || proposal.by };
  // One set comes of it, however often it is confirmed.
  const set = await beginSetAs(visit.world.changes, changeSet, whole, visit.now);
  if (set === undefined) return await onePage(visit, id, t.decided);
  await writeAudited(visit, set, source);
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
