import type { Child } from "hono/jsx";
import { pageInState, placeAfter, type StatePlace } from "../../../engine/approvals/in-state";
import {
  INVITATION_DAYS,
  type InvitationState,
  invitationStates,
  isOfState,
  LONGEST_INVITATION_DAYS,
} from "../../../engine/approvals/invitation";
import type { ApprovalRequest } from "../../../engine/approvals/request";
import type { Visit } from "../../app/visit";
import { Alert, described, ErrorSummary, FieldNotes, type FieldProblem, problemOf } from "../../parts/forms";
import { gateCell, gateColumn } from "../../parts/gates";
import { PageHead } from "../../parts/page-head";
import { Pager, pageAsked, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { visible } from "../../parts/value";
import { requestPath } from "../approvals/approvals-parts";
import { PersonLink } from "../people/person-links";
import { invitationsTexts } from "./invitations-texts";
import { GateField, INVITATIONS_PATH, InviteForm, type InviteFormProps, isInviteField } from "./invite-form";

// The page: invitations in one state, with what can be done to them.

export const shownStates = Object.keys(invitationStates) as readonly InvitationState[];
export const invitationVerbs = ["resend", "extend", "transfer", "revoke"] as const;
type InvitationVerb = (typeof invitationVerbs)[number];
const verbsFor: Readonly<Record<InvitationState, readonly InvitationVerb[]>> = {
  open: ["resend", "extend", "transfer", "revoke"],
  used: [],
  ended: ["resend", "extend"],
  revoked: ["resend"],
  waiting: [],
};

/** @param problems why what was sent was not done */
export async function showInvitations(visit: Visit, state: InvitationState, problems: readonly FieldProblem[] = []): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const views = shownStates.map((each) => ({ name: t.views[each], path: `${INVITATIONS_PATH}?state=${each}`, isHere: each === state }));
  const { world, now } = visit;
  const order = state === "waiting" ? "oldest-first" : "newest-first";
  const leftOut: string[] = [];
  const store = world.legibleApprovals(({ id }) => leftOut.push(id));
  const read = await pageAsked<ApprovalRequest, StatePlace>(visit, {
    read: async (from) => ({ ...(await pageInState(store, invitationStates[state], now, order, from)), unreadable: leftOut.splice(0) }),
    after: placeAfter,
    matches: (each) => isOfState(each, state),
  });
  const may = visit.may("Approver");
  const table = <Rows visit={visit} state={state} items={read.items} isChoosable={may && verbsFor[state].length > 0} />;
  return await visit.page(
    t.title,
    <>
      {problems.length === 0 ? null : <ErrorSummary title={t.notDone} problems={problems} idOf={(field) => field} />}
      <Alert kind="good">{visit.done(t.done)}</Alert>
      {may && state === "open" ? (
        <InviteForm
          visit={visit}
          problems={problems}
          isOpen={read.items.length === 0 || problems.some(({ field }) => isInviteField(field))}
        />
      ) : null}
      {may && state === "waiting" && read.items.length > 0 ? <OldestForm visit={visit} problems={problems} /> : null}
      <StalePage visit={visit} page={read} />
      {may && verbsFor[state].length > 0 && read.items.length > 0 ? (
        <ChangeForm visit={visit} state={state} problems={problems}>
          {table}
        </ChangeForm>
      ) : (
        table
      )}
      <Pager visit={visit} page={read} />
    </>,
    { status: problems.length > 0 ? 400 : 200, head: <PageHead title={t.title} views={{ label: t.byState, each: views }} /> },
  );
}

interface RowsProps {
  readonly visit: Visit;
  readonly state: InvitationState;
  readonly items: readonly ApprovalRequest[];
  readonly isChoosable: boolean;
}

function Rows({ visit, state, items, isChoosable }: RowsProps) {
  const t = visit.say(invitationsTexts);
  const { email, code, until, since, sponsor, by } = t.columns;
  const each = items.map(({ id, email: address }) => ({ value: id, label: t.choose(visible(address)) }));
  return (
    <Table
      caption={t.views[state]}
      columns={[email, code, ...gateColumn(visit), ...(state === "waiting" ? [since] : [until, sponsor, by])]}
      rows={items.map((item) => [
        <PersonLink email={item.email} />,
        <a href={requestPath(item.id)}>{visible(item.reference)}</a>,
        ...gateCell(visit, item),
        ...(state === "waiting"
          ? [<Moment at={item.requestedAt} />]
          : [
              <Moment at={item.passUntil ?? item.answerBy} />,
              visible(item.invitation?.sponsor ?? ""),
              visible(item.decision?.by.name ?? ""),
            ]),
      ])}
      {...(isChoosable && { choices: { field: "invitation", all: t.chooseAll, each } })}
      empty={t.none[state]}
    />
  );
}

interface ChangeFormProps extends InviteFormProps {
  readonly state: InvitationState;
  readonly children?: Child;
}

function ChangeForm({ visit, state, problems, children }: ChangeFormProps) {
  const t = visit.say(invitationsTexts);
  const button = (verb: InvitationVerb) => (
    <button type="submit" name="verb" value={verb} class={verb === "revoke" ? "danger" : "ghost"}>
      {t[verb]}
    </button>
  );
  const verbs = verbsFor[state];
  return (
    <form method="post" action={`${INVITATIONS_PATH}/change`}>
      {visit.formToken}
      <input type="hidden" name="state" value={state} />
      {children}
      <fieldset class="when-rows bar">
        <legend class="hidden">{t.change}</legend>
        <p class="actions">
          <label>
            {t.days} <input name="days" type="number" min="1" max={String(LONGEST_INVITATION_DAYS)} value={String(INVITATION_DAYS)} />
          </label>
          {verbs.filter((verb) => verb !== "transfer").map(button)}
        </p>
        {verbs.includes("transfer") ? (
          <p class="actions">
            <label for="to">{t.transferTo}</label>
            <input
              {...described("to", undefined, problemOf(problems, "to"))}
              id="to"
              name="to"
              type="text"
              autocomplete="off"
              value={visit.field("to")}
            />
            {button("transfer")}
          </p>
        ) : null}
        <FieldNotes id="to" hint={undefined} problem={problemOf(problems, "to")} />
      </fieldset>
    </form>
  );
}

function OldestForm({ visit, problems }: InviteFormProps) {
  const t = visit.say(invitationsTexts);
  return (
    <form class="card" method="post" action={`${INVITATIONS_PATH}/oldest`}>
      {visit.formToken}
      <GateField visit={visit} />
      <p class="actions">
        <label for="count">
          {t.oldest}: {t.howMany}
        </label>
        <input id="count" name="count" inputmode="numeric" required {...described("count", undefined, problemOf(problems, "count"))} />
        <button type="submit">{t.letIn}</button>
      </p>
      <FieldNotes id="count" hint={undefined} problem={problemOf(problems, "count")} />
    </form>
  );
}
