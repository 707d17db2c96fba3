import type { SharedPorts } from "../../../console/app/ports";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import {
  Alert,
  ErrorSummary,
  type FieldProblem,
  findFieldProblem,
  PostForm,
  SentField,
  SubmitButton,
  TextField,
  tooLong,
} from "../../../console/parts/forms";
import { Table } from "../../../console/parts/table";
import { dayName, momentText, RowTime } from "../../../console/parts/time";
import { ShownValue, shortenText, visible } from "../../../console/parts/value";
import { homes, REQUESTER } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { listPossibleEmails, normalisePossibleEmail } from "../../../engine/unmatched";
import { readsInvitations } from "../../approvals/invite-person";
import { buildActor } from "../../approvals/pages/approvals-parts";
import type { ApprovalRequest } from "../../approvals/request";
import { stateAt } from "../../approvals/state-at";
import { InvitedGateField, MailLanguageField, readMailLanguage } from "../../invitations/pages/invitation-fields";
import { askForGuest, showAsks } from "../acts";
import { type Asked, type Asker, MOST_A_MONTH, MOST_OPEN, MOST_OPEN_OF_ALL } from "../ask";
import { askWords } from "../words";

const PATH = homes.Requester;
const MAX_TRIES = 3;
const LONGEST_NAME = 200;

const t = pageTexts({
  title: ["Ask for a guest", "게스트 요청"],
  intro: [
    "The approvers decide. If they say yes, your guest gets an invitation by mail, and you answer for them.",
    "승인자가 결정합니다. 승인되면 게스트에게 초대 메일을 보내며 귀하가 담당자가 됩니다.",
  ],
  email: ["Your guest's e-mail address", "게스트의 이메일 주소"],
  name: ["Their name", "이름"],
  nameHint: ["Optional. The approvers see it.", "선택 사항입니다. 승인자가 봅니다."],
  why: ["What they need access for", "필요한 이유"],
  whyHint: ["The approvers see it, your guest does not.", "승인자만 보며 게스트는 보지 않습니다."],
  whyMissing: ["Write what your guest needs access for.", "게스트에게 접근 권한이 필요한 이유를 입력하세요."],
  language: ["Language of the invitation", "초대 언어"],
  send: ["Send to the approvers", "승인자에게 보내기"],
  sent: ["Sent to the approvers. You get a mail once they have answered.", "승인자에게 보냈습니다. 답변이 오면 메일로 알려 드립니다."],
  limits: [
    (open: number, month: number) => `${open} of ${MOST_OPEN} open requests used, and ${month} of the ${MOST_A_MONTH} for 30 days.`,
    (open, month) => `대기 중인 요청 ${MOST_OPEN}건 중 ${open}건, 30일 한도 ${MOST_A_MONTH}건 중 ${month}건을 사용했습니다.`,
  ],
  nowhere: ["No gate takes invited guests: ask your administrator.", "초대받은 게스트를 받는 게이트가 없습니다. 관리자에게 문의하세요."],
  own: ["Your requests of the last 90 days", "최근 90일간의 요청"],
  none: ["You have asked for nobody.", "아직 요청한 게스트가 없습니다."],
  guest: ["Guest", "게스트"],
  reply: ["Written to you", "답변"],
  waits: [(until: string) => `With the approvers, until ${until}`, (until) => `승인자 확인 중(${until}까지)`],
  states: {
    approved: ["Approved: the guest was invited", "승인됨: 게스트를 초대했습니다"],
    revoked: ["Approved, but the invitation was revoked since", "승인되었지만 이후 초대가 취소됨"],
    denied: ["Declined", "거부됨"],
    expired: ["Nobody answered in time: you can ask again", "기한 내 답변 없음: 다시 요청할 수 있습니다"],
  },
});

/** The gates that take invited guests. */
function listGates({ gates, policiesAt }: Pick<SharedPorts, "gates" | "policiesAt">): readonly string[] {
  return gates.filter((gate) => readsInvitations(policiesAt(gate) ?? []));
}

export function offersGates(world: Pick<SharedPorts, "gates" | "policiesAt">): boolean {
  return listGates(world).length > 0;
}

/** A link for deciders who may ask, too. */
export async function askLink(visit: Visit) {
  return visit.may(REQUESTER) && offersGates(visit.world) ? (
    <p>
      <a href={PATH}>{t.title}…</a>
    </p>
  ) : null;
}

function readAsker({ session }: Visit): Asker | undefined {
  const [first, ...others] = listPossibleEmails(session.userNames ?? []);
  return first === undefined ? undefined : { by: session.subject, name: session.name, addresses: [first, ...others] };
}

async function show(visit: Visit, problems: readonly FieldProblem[] = [], status: 200 | 400 | 409 = 200): Promise<Response> {
  const asker = readAsker(visit);
  const gates = listGates(visit.world);
  const shown = await visit.carryOut(showAsks, { target: asker, input: {}, answered: [] });
  const standing = shown.kind === "done" ? shown.outcome : undefined;
  return await visit.page(
    t.title,
    <>
      <ErrorSummary title={frameTexts.notDone} problems={problems} />
      <Alert kind="good">{visit.done({ sent: t.sent })}</Alert>
      <p>{t.intro}</p>
      {standing === undefined ? <Alert kind="warn">{askWords["no-address"]}</Alert> : askForm(visit, problems, gates, standing)}
      {standing === undefined ? null : <OwnAsks visit={visit} {...standing} />}
    </>,
    { status },
  );
}

function findLimit({ open, month, openOfAll }: Asked): string | undefined {
  if (open >= MOST_OPEN) return askWords["most-open"];
  if (month >= MOST_A_MONTH) return askWords["most-a-month"];
  return openOfAll >= MOST_OPEN_OF_ALL ? askWords["most-of-all"] : undefined;
}

function askForm(visit: Visit, problems: readonly FieldProblem[], gates: readonly string[], standing: Asked) {
  const limit = gates.length === 0 ? t.nowhere : findLimit(standing);
  if (limit !== undefined) return <Alert kind="warn">{limit}</Alert>;
  return (
    <PostForm visit={visit} class="card narrow" action={PATH}>
      <p>
        <SentField visit={visit} problems={problems} id="email" label={t.email} required autocapitalize="off" />
      </p>
      <p>
        <SentField visit={visit} problems={problems} id="name" label={t.name} hint={t.nameHint} maxlength={LONGEST_NAME} />
      </p>
      <p>
        <TextField
          id="why"
          label={t.why}
          value={visit.field("why")}
          rows={3}
          required
          maxlength={MAX_TEXT_LENGTH}
          hint={t.whyHint}
          problem={findFieldProblem(problems, "why")}
        />
      </p>
      <InvitedGateField visit={visit} gates={gates} />
      <MailLanguageField visit={visit} label={t.language} />
      <p class="hint">{t.limits(standing.open, standing.month)}</p>
      <p class="actions">
        <SubmitButton text={t.send} />
      </p>
    </PostForm>
  );
}

/** Shows what became of each request and the text written to the asker, and nothing else of what the approvers know. */
function OwnAsks({ visit, requests, revoked }: Pick<Asked, "requests"> & { readonly visit: Visit; readonly revoked: ReadonlySet<string> }) {
  if (requests.length === 0) return <p class="hint">{t.none}</p>;
  return (
    <section>
      <h2>{t.own}</h2>
      <Table
        caption={t.own}
        columns={[
          [t.guest, ({ email }) => <bdi class="value">{shortenText(email, 80)}</bdi>],
          [frameTexts.state, (request) => (revoked.has(request.id) ? t.states.revoked : describeState(visit, request))],
          [frameTexts.time, ({ requestedAt }) => <RowTime at={requestedAt} />],
          [t.reply, ({ decision }) => decision?.reply !== undefined && <ShownValue text={decision.reply} />],
        ]}
        rows={requests}
      />
    </section>
  );
}

function describeState(visit: Visit, request: ApprovalRequest): string {
  const state = stateAt(request, visit.now);
  if (state === "pending") return t.waits(dayName(visit, new Date(request.answerBy)));
  return t.states[state === "denied" || state === "expired" ? state : "approved"];
}

async function send(visit: Visit): Promise<Response> {
  const { problems, email, input } = readForm(visit);
  if (problems.length > 0 || email === undefined) return await show(visit, problems, 400);
  const gates = listGates(visit.world);
  const gate = gates.find((each) => each === visit.field("gate")) ?? gates[0];
  const attempt = { target: { email, gate, asker: readAsker(visit) }, input, answered: [] };
  // Somebody else's ask at the same moment changes the tenant's list, so that this one is counted again.
  for (let count = 1; ; count++) {
    const result = await visit.carryOut(askForGuest, attempt, buildActor(visit));
    if (result.kind === "done") return visit.goTo(`${PATH}?done=sent`);
    if (result.kind === "changed" && count < MAX_TRIES) continue;
    const texts = result.kind === "changed" ? [frameTexts.stale] : result.concerns.map(({ text }) => visible(text(momentText)));
    return await show(
      visit,
      texts.map((text) => ({ field: "email", text })),
      409,
    );
  }
}

function readForm(visit: Visit) {
  const typed = visit.field("email").trim();
  const why = visit.field("why").replaceAll("\r\n", "\n").trim();
  const displayName = visit.field("name").trim().slice(0, LONGEST_NAME);
  const language = readMailLanguage(visit);
  const email = normalisePossibleEmail(typed);
  const long = tooLong(visit, why);
  const problems: readonly FieldProblem[] = [
    ...(email === undefined ? [{ field: "email", text: describeAddressProblem(visit, typed) ?? "" }] : []),
    ...(why === "" ? [{ field: "why", text: t.whyMissing }] : []),
    ...(long === undefined ? [] : [{ field: "why", text: long }]),
  ];
  return { problems, email, input: { why, displayName: displayName === "" ? undefined : displayName, language } };
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: PATH, access: REQUESTER, handler: (visit) => show(visit) },
  { method: "POST", path: PATH, access: REQUESTER, handler: send },
];
