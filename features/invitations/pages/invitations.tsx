import type { ActResult, Reviewed } from "../../../adapters/operator/act";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { pageWithForm } from "../../../console/parts/back-link";
import {
  Alert,
  type FieldProblem,
  findFieldProblem,
  InputField,
  PostForm,
  readDays,
  SentField,
  SubmitButton,
  summariseProblems,
  TextField,
  tooLong,
} from "../../../console/parts/forms";
import { hasRule } from "../../../console/parts/gates";
import { CHANGE_PEOPLE_PATH, personPath } from "../../../console/parts/links";
import { type PersonResult, reportResults, resultTexts } from "../../../console/parts/people-results";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import { normalisePossibleEmail } from "../../../engine/unmatched";
import { entryPath } from "../../access-list/pages/access-list-parts";
import { buildActor } from "../../approvals/pages/approvals-parts";
import { MAX_AT_ONCE } from "../../approvals/pages/queue-asked";
import type { ApprovalRequest } from "../../approvals/request";
import { findOwnSponsor, invite } from "../acts";
import { INVITATION_DAYS, LONGEST_INVITATION_DAYS } from "../invitation";
import { InvitedGateField, MailLanguageField, readMailLanguage } from "./invitation-fields";
import { hasFile, INVITE_PATH, INVITED_PATH, inviteMany, manyFields } from "./invite-many";

/** True if a policy has the rule `invited`. Without the rule, invitations let nobody in. */
export const readsInvitations = (world: Parameters<typeof hasRule>[0]): boolean => hasRule(world, "invited");

const t = pageTexts({
  invite: ["Invite people", "초대하기"],
  addresses: ["Addresses", "주소"],
  addressesHint: ["One per line, or separated by commas.", "한 줄에 하나씩 또는 쉼표로 구분하여 입력합니다."],
  file: ["Or a file", "또는 파일"],
  fileHint: [
    "CSV with the column email, optionally language, sponsor and note; or a file of the Entra admin center.",
    "주소 열(email)이 있는 CSV 파일 또는 Entra 관리 센터의 파일입니다. 언어, 담당자, 메모 열도 읽습니다.",
  ],
  days: ["Valid for (days)", "유효 기간(일)"],
  sponsorHint: [
    "Optional. Email address of the colleague responsible for them.",
    "선택 사항입니다. 초대받은 사람을 책임지는 동료의 이메일 주소입니다.",
  ],
  language: ["Language of the mail", "메일 언어"],
  noteHint: ["Optional. Only your colleagues see it.", "선택 사항입니다. 동료만 볼 수 있습니다."],
  send: ["Send invitations", "초대 보내기"],
  unread: [
    "No rule of the policy reads invitations: they let nobody in.",
    "정책에 초대를 확인하는 규칙이 없어 초대로는 아무도 허용되지 않습니다.",
  ],
  nobody: ["Write at least one address.", "주소를 하나 이상 입력하세요."],
});

/** Questions before the invitations are sent, by what they are about: an address, or a domain that only looks like another. */
type Questions = ReadonlyMap<string, string>;

function inviteForm(visit: Visit, problems: readonly FieldProblem[], questions: Questions) {
  const formState = { visit, problems };
  return (
    <PostForm
      visit={visit}
      class="card"
      action={INVITE_PATH}
      enctype="multipart/form-data"
      hidden={questions.size === 0 ? {} : { [SEEN]: [...questions.keys()].join(" ") }}
    >
      {questions.size === 0 ? null : (
        <Alert kind="warn">
          {[...questions.values()].map((text) => (
            <p>{visible(text)}</p>
          ))}
        </Alert>
      )}
      <p>
        <TextField
          id="addresses"
          label={t.addresses}
          value={visit.field("addresses") || visit.query("address")}
          rows={4}
          autofocus={problems.every(({ field }) => field === "addresses")}
          hint={t.addressesHint}
          problem={findFieldProblem(problems, "addresses")}
        />
      </p>
      <p>
        <InputField
          id="file"
          type="file"
          accept=".csv,text/csv"
          label={t.file}
          hint={t.fileHint}
          problem={findFieldProblem(problems, "file")}
        />
      </p>
      <div class="fields">
        <InvitedGateField visit={visit} gates={visit.world.gates} />
        <p>
          <SentField {...formState} id="days" label={t.days} usual={String(INVITATION_DAYS)} />
        </p>
        <p>
          <SentField {...formState} id="sponsor" label={frameTexts.sponsor} hint={t.sponsorHint} />
        </p>
        <MailLanguageField visit={visit} label={t.language} />
        <p>
          <SentField {...formState} id="note" label={frameTexts.note} hint={t.noteHint} />
        </p>
      </div>
      <SubmitButton text={t.send} />
    </PostForm>
  );
}

/** The field with what the sender has been asked about. */
const SEEN = "alike";

/** Limit of the wrong addresses that the form names. */
const MOST_ODD = 5;

/** A name and its address as mail programs copy them: `"Ray, Dee" <dee@contoso.com>`. */
const NAMED_ADDRESS = /(?:"[^"\n]*"|[^<>",;\n])*<([^<>\s]+)>/g;

function readInvite(visit: Visit) {
  const addresses = visit
    .field("addresses")
    .replace(NAMED_ADDRESS, " $1 ")
    .split(/[\s,;]+/)
    .filter((each) => each !== "");
  const emails = [...new Set(addresses.flatMap((each) => normaliseEmail(each) ?? []))];
  const odd = addresses.flatMap((each) => describeAddressProblem(visit, each) ?? []);
  const days = readDays(visit, LONGEST_INVITATION_DAYS);
  const namedSponsor = visit.field("sponsor").trim();
  const sponsor = normalisePossibleEmail(namedSponsor);
  const ownSponsor = emails.map((email) => findOwnSponsor({ email, sponsor })).find((each) => each !== undefined);
  const note = visit.field("note").trim();
  const long = tooLong(visit, note);
  const language = readMailLanguage(visit);
  const problems: readonly FieldProblem[] = [
    ...(addresses.length === 0 && !hasFile(visit) ? [{ field: "addresses", text: t.nobody }] : []),
    ...odd.slice(0, MOST_ODD).map((text) => ({ field: "addresses", text })),
    ...(days === undefined ? [{ field: "days", text: frameTexts.badDays(LONGEST_INVITATION_DAYS) }] : []),
    ...(namedSponsor !== "" && sponsor === undefined
      ? [{ field: "sponsor", text: describeAddressProblem(visit, namedSponsor) ?? "" }]
      : []),
    ...(ownSponsor === undefined ? [] : [{ field: "sponsor", text: ownSponsor.text(momentText) }]),
    ...(long === undefined ? [] : [{ field: "note", text: long }]),
  ];
  if (problems.length > 0 || days === undefined) return problems;
  return { emails, days, note, sponsor, language };
}

function show(visit: Visit, problems: readonly FieldProblem[] = [], questions: Questions = new Map()): Promise<Response> {
  const back = { path: INVITED_PATH, text: resultTexts.back };
  const page = { title: t.invite, problems: summariseProblems(problems), back, status: problems.length > 0 ? 400 : 200 } as const;
  return pageWithForm(
    visit,
    page,
    <>
      <Alert kind="warn">{readsInvitations(visit.world) ? undefined : t.unread}</Alert>
      {inviteForm(visit, problems, questions)}
    </>,
  );
}

/** Empty if the sender has been asked about all of them. A refused person is asked about nothing. */
function findQuestions(visit: Visit, reviewed: readonly Reviewed<{ readonly email: string }>[]): Questions {
  const questions = new Map<string, string>();
  for (const { state, concerns } of reviewed) {
    if (concerns.some(({ weight }) => weight === "refused")) continue;
    for (const { code, weight, text } of concerns) {
      if (weight !== "asked") continue;
      const isOfDomain = code === "look-alike";
      const sentence = text(momentText);
      questions.set(isOfDomain ? splitAddress(state.email).domain : state.email, isOfDomain ? sentence : `${state.email}: ${sentence}`);
    }
  }
  const seen = visit.field(SEEN).split(" ");
  return [...questions.keys()].every((each) => seen.includes(each)) ? new Map() : questions;
}

/** The audit log gets an entry for each invitation. */
async function send(visit: Visit): Promise<Response> {
  const inviteInput = readInvite(visit);
  if (!("emails" in inviteInput)) return await show(visit, inviteInput);
  const { emails, ...input } = inviteInput;
  const gate = visit.world.gates.find((each) => each === visit.field("gate"));
  if (hasFile(visit) || emails.length > MAX_AT_ONCE)
    return await inviteMany(visit, { emails, gate, ...input, refuse: (problems) => show(visit, problems) });
  const targets = emails.map((email) => ({ email, gate }));
  const actor = buildActor(visit);
  const reviewed = await visit.review(invite, targets, input, actor);
  const own = reviewed.flatMap(({ concerns }) => concerns.filter(({ code }) => code === "own")).at(0);
  if (own !== undefined) return await show(visit, [{ field: "addresses", text: own.text(momentText) }]);
  const questions = findQuestions(visit, reviewed);
  if (questions.size > 0) return await show(visit, [], questions);
  const attempts = reviewed.map(({ concerns }, index) => ({
    target: targets[index] as (typeof targets)[number],
    input,
    answered: concerns.map(({ code }) => code),
  }));
  const results = await visit.carryOutEach(invite, attempts, actor);
  const sent = results.flatMap((result) => (result.kind === "done" ? [`request/${result.outcome.id}/${result.outcome.turn}`] : []));
  const fields = { verb: "revoke", person: sent, back: INVITED_PATH };
  const undo = { says: "revoke", count: sent.length, action: CHANGE_PEOPLE_PATH, fields } as const;
  const shown = results.map((result, index) => invitedResult(emails[index] as string, result));
  return await reportResults(visit, shown, { back: INVITED_PATH, said: "invite", undo });
}

/** The outcome of an act on an invitation, with what spoke against it. */
export function invitedResult(email: string, result: ActResult<ApprovalRequest>): PersonResult {
  if (result.kind === "changed") return { email, why: frameTexts.stale };
  const texts = result.concerns.map(({ title, text }) => title ?? text(momentText));
  if (result.kind === "done") {
    const { passUntil: until, invitation } = result.outcome;
    return { email, until, code: invitation?.code, ...(texts.length > 0 && { did: texts.join(" ") }) };
  }
  const [{ code, facts }] = result.concerns;
  const { entry = "" } = (facts ?? {}) as { readonly entry?: string };
  const path = entry !== "" ? { whyPath: entryPath(entry) } : code === "has-access" ? { whyPath: personPath(email) } : {};
  return { email, why: texts[0] ?? "", ...path };
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: INVITE_PATH, access: "Approver", asks: { address: "any" }, handler: (visit) => show(visit) },
  { method: "POST", path: INVITE_PATH, access: "Approver", hidden: [SEEN, ...manyFields], handler: send },
];
