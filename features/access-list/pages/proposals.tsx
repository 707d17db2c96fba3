import type { Child } from "hono/jsx";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { ConfirmQuestion, refusalPage } from "../../../console/parts/back-link";
import { Alert, ErrorSummary, PostForm, SubmitButton } from "../../../console/parts/forms";
import { listPage } from "../../../console/parts/list-page";
import { PageHead } from "../../../console/parts/page-head";
import { readAskedPage } from "../../../console/parts/paging";
import { QuestionForm, wordProblems } from "../../../console/parts/question";
import { Facts } from "../../../console/parts/table";
import { dayName, Moment, timeColumn } from "../../../console/parts/time";
import { frameTexts } from "../../../console/texts/frame-texts";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { isEmptyEdit } from "../acts/edit";
import { confirmProposal, rejectProposal } from "../acts/proposals";
import { newDenies } from "../edit-check";
import { PROPOSAL_DAYS, type Proposal, proposalState } from "../proposal";
import { PROPOSALS_PATH, proposalPath } from "./access-list-parts";
import { proposalTexts as t } from "./access-list-texts";
import {
  Author,
  changeSetTexts as c,
  DifferenceTable,
  LeftByDeny,
  LeftEntries,
  SetLink,
  setPath,
  stateWords,
  wantedText,
  whatText,
} from "./change-set-parts";
import { askedWord, assessConsequences, checkTypedWord, DifferingPeople, EffectNotes, editLook } from "./consequences";
import { listHead } from "./list-view";
import { goOn, reviewEdit, SHOWN_CHANGES } from "./make-edit";

const REJECT_PATH = `${PROPOSALS_PATH}/reject`;

async function list(visit: Visit): Promise<Response> {
  const page = await readAskedPage<Proposal, string>(visit, {
    read: (from) => visit.world.proposals.page(from),
    after: ({ id }) => id,
  });
  return await listPage(visit, {
    title: frameTexts.accessList,
    head: { views: (await listHead(visit)).views },
    intro: t.hint(PROPOSAL_DAYS),
    page,
    table: {
      caption: t.title,
      columns: [
        [t.what, (proposal) => <a href={proposalPath(proposal.id)}>{t.named(wantedText(proposal))}</a>],
        timeColumn(frameTexts.time),
        [t.who, (proposal) => <Author set={proposal} />],
        [frameTexts.state, (proposal) => stateText(visit, proposal)],
      ],
      empty: t.none,
    },
  });
}

function stateText(visit: Visit, proposal: Proposal): string {
  const state = proposalState(proposal, visit.now);
  const end = new Date(Date.parse(proposal.at) + PROPOSAL_DAYS * MS_PER_DAY);
  return state === "open" ? t.waits(dayName(visit, end)) : t.states[state];
}

type ProposalView = NonNullable<Awaited<ReturnType<typeof proposalView>>>;

/** A proposal with its effect on the current list. */
export async function proposalView(visit: Visit, id: string) {
  const target = await visit.world.proposals.get(id);
  if (target === undefined) return undefined;
  const { state, concerns } = await reviewEdit(visit, confirmProposal, target);
  const [refusals, shown] = (["refused", "shown"] as const).map((weight) => concerns.filter((each) => each.weight === weight));
  return {
    ...state,
    target,
    planned: state,
    refusals: refusals ?? [],
    shown: shown ?? [],
    consequences: await assessConsequences(visit, state, { isJudged: true }),
  };
}

/** @param objection why the visitor's decision was not made @param view the proposal, if it was just read */
async function onePage(visit: Visit, id: string, objection?: string, shown?: ProposalView): Promise<Response> {
  const view = shown ?? (await proposalView(visit, id));
  if (view === undefined) return await gonePage(visit);
  const { proposal, edit, edited, consequences, state } = view;
  const { settledAt, settledBy = "", settledName = settledBy } = proposal;
  const form = visit.may("Administrator") ? decideForm(visit, view) : null;
  const changeSet = proposal.changeSet === undefined ? undefined : await visit.world.changes.get(proposal.changeSet);
  const title = t.named(wantedText(proposal));
  const problems = checkTypedWord(visit, consequences);
  return await visit.page(
    title,
    <>
      <ErrorSummary title={frameTexts.notDone} problems={problems} />
      <Alert>{objection}</Alert>
      <Alert kind="good">{visit.done(t.done)}</Alert>
      {state === "confirmed" && changeSet === undefined ? <Alert kind="warn">{t.unwritten}</Alert> : null}
      <ConfirmQuestion title={title}>
        {state === "open" && !isEmptyEdit(edit) ? <DifferenceTable visit={visit} rows={edit.changes.slice(0, SHOWN_CHANGES)} /> : null}
        <Facts
          facts={[
            [t.who, renderAuthorTime(proposal, proposal.at)],
            [frameTexts.state, stateText(visit, proposal)],
            [t.settled, settledAt && renderAuthorTime({ by: settledBy, name: settledName }, settledAt)],
            [c.id, changeSet && [<SetLink id={changeSet.id} text={whatText(changeSet)} />, " ", stateWords(changeSet)]],
          ]}
        />
        {state !== "open" ? null : isEmptyEdit(edit) ? (
          <>
            {objection === undefined ? <Alert kind="warn">{view.refusals.at(-1)?.text(String)}</Alert> : null}
            {form}
          </>
        ) : (
          <>
            {view.shown.map(({ text }) => (
              <p>{text(String)}</p>
            ))}
            {proposal.requests === undefined && <LeftByDeny visit={visit} denies={newDenies(edit.changes, visit.now)} />}
            <EffectNotes visit={visit} consequences={consequences} />
            {form}
            <DifferingPeople visit={visit} consequences={consequences} />
          </>
        )}
        {state === "open" ? <LeftEntries count={edited.length} entries={edited.slice(0, SHOWN_CHANGES)} /> : null}
      </ConfirmQuestion>
    </>,
    {
      status: objection !== undefined ? 409 : problems.length > 0 ? 400 : 200,
      head: <PageHead title={title} of={{ path: PROPOSALS_PATH, text: t.title }} />,
    },
  );
}

function renderAuthorTime(by: Parameters<typeof Author>[0]["set"], at: string): Child {
  return [<Author set={by} />, ", ", <Moment at={at} />];
}

/** The proposer can only withdraw. If no row can still be written, others can only reject. */
function decideForm(visit: Visit, { proposal, consequences, edit, refusals }: ProposalView): Child {
  const isOwn = proposal.by === visit.session.subject;
  const form = { visit, hidden: { id: proposal.id } };
  if (!isOwn && !isEmptyEdit(edit)) {
    return (
      <QuestionForm
        {...form}
        class=""
        action={`${PROPOSALS_PATH}/confirm`}
        word={askedWord(consequences)}
        problems={checkTypedWord(visit, consequences)}
        button={{ text: t.confirm, class: editLook(consequences) }}
        others={<SubmitButton text={t.reject} class="quiet" formaction={REJECT_PATH} formnovalidate />}
      />
    );
  }
  return (
    <>
      {isOwn ? <p class="hint">{refusals[0]?.text(String)}</p> : null}
      <PostForm {...form} class="actions" action={REJECT_PATH}>
        <SubmitButton text={isOwn ? frameTexts.undo : t.reject} class="quiet" />
      </PostForm>
    </>
  );
}

/** An interrupted write can be continued like that of any change set. */
async function confirm(visit: Visit): Promise<Response> {
  const id = visit.field("id");
  const view = await proposalView(visit, id);
  if (view === undefined) return await gonePage(visit);
  const { target, planned, refusals, consequences } = view;
  const [refusal] = refusals;
  if (refusal !== undefined) return await onePage(visit, id, refusal.text(String), view);
  if (wordProblems(visit, askedWord(consequences)).length > 0) return await onePage(visit, id, undefined, view);
  const result = await visit.carryOut(confirmProposal, { target, input: {}, state: planned, answered: "all" });
  if (result.kind !== "done") return await objectionPage(visit, id);
  const { set } = await goOn(visit, result.outcome);
  return visit.goTo(`${setPath(set.id)}&done=confirmed`);
}

async function objectionPage(visit: Visit, id: string): Promise<Response> {
  const view = await proposalView(visit, id);
  return await onePage(visit, id, view?.refusals[0]?.text(String) ?? t.gone, view);
}

async function reject(visit: Visit): Promise<Response> {
  const id = visit.field("id");
  const target = await visit.world.proposals.get(id);
  if (target === undefined) return await gonePage(visit);
  const result = await visit.carryOut(rejectProposal, { target, input: {}, answered: [] });
  if (result.kind !== "done") return await objectionPage(visit, id);
  return visit.goTo(`${proposalPath(id)}&done=rejected`);
}

function gonePage(visit: Visit): Promise<Response> {
  const { title, gone: why } = t;
  return refusalPage(visit, { title, why, back: { path: PROPOSALS_PATH, text: title }, status: 404 });
}

export const routes: readonly ConsoleRoute[] = [
  {
    method: "GET",
    path: PROPOSALS_PATH,
    access: "Reader",
    asks: { id: "any" },
    handler: (visit) => (visit.query("id") === "" ? list(visit) : onePage(visit, visit.query("id"))),
  },
  { method: "POST", path: `${PROPOSALS_PATH}/confirm`, access: "Administrator", hidden: ["id"], handler: confirm },
  { method: "POST", path: REJECT_PATH, access: "Administrator", hidden: ["id"], handler: reject },
];
