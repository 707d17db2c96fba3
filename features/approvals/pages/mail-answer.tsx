import { environment, requireVariable } from "../../../adapters/aws/environment";
import { type Concern, carryOut, reviewAct } from "../../../adapters/operator/act";
import { functionPlace } from "../../../adapters/operator/world";
import type { MailAnswer, MailQuestion } from "../../../console/mail-answer/frame";
import { mailAnswerTexts } from "../../../console/mail-answer/mail-answer-texts";
import { visible } from "../../../console/parts/value";
import { voiceFor } from "../../../engine/mail/voice";
import type { Language } from "../../../engine/messages/index";
import { splitAddress } from "../../../engine/sign-up/email";
import { decisionActs } from "../acts";
import type { ConcernCode, LikeFacts } from "../acts/decision";
import { approverMailTexts } from "../approver-mail-texts";
import { APPROVAL_REQUESTED, buildApprovalEvent } from "../build-event";
import { noAccountWhy } from "../client/bodies";
import { findLinkedRequest, guardByLink, type LinkHolder, linkActor } from "../mail-secret";
import { type ApprovalRequest, DENIED_BY_LIST } from "../request";
import { requestFacts } from "../request-facts";
import { countMissingVotes, listVotesNow, runningStage } from "../stages";
import { approvalStore } from "../store/approvals";
import { delegationStore } from "../store/delegations";
import { decideTexts } from "./mail-decision-texts";

export const mailAnswer: MailAnswer<"approve" | "deny"> = {
  path: "/decide",
  parameter: "request",
  verbs: ["approve", "deny"],
  open({ settings, tables }) {
    const { get } = approvalStore(tables, requireVariable(environment.approvalsTable, settings));
    const { current: delegations } = delegationStore(tables, requireVariable(environment.ledgerTable, settings));
    const requests = { get, delegations };
    const place = functionPlace(tables, settings);
    return {
      async asked(form, { language, now }) {
        const openedLink = await findLinkedRequest(requests, form, now);
        if (openedLink === undefined) return undefined;
        const doing = { actor: linkActor(openedLink), now };
        const [known] = await reviewAct(
          decisionActs.approve,
          [{ id: openedLink.request.id, request: openedLink.request }],
          {},
          place,
          doing,
        );
        return decideQuestion(language, openedLink.request, openedLink.kept, known?.concerns ?? []);
      },
      async act(verb, { id, secret, note, reply }, { language, now, consoleUrl }) {
        const t = decideTexts[language];
        const openedLink = await findLinkedRequest(requests, { id, secret }, now);
        if (openedLink === undefined) return { why: "unknown" };
        const attempt = { target: { id, guard: guardByLink(openedLink, secret, now) }, input: { note, reply }, answered: "all" } as const;
        const result = await carryOut(decisionActs[verb], attempt, place, { actor: linkActor(openedLink), now });
        if (result.kind === "changed") return { why: "unknown" };
        if (result.kind === "stopped") {
          const [{ code: why }] = result.concerns;
          // The link stays valid, so that the approver can still deny whom they cannot approve.
          return { why, ...(mayOnlyDeny(result.concerns) && { isAskedAgain: true }) };
        }
        const { reference, state, email } = result.outcome;
        const title = `${verb === "approve" ? t.approved : t.denied}: ${visible(email)}`;
        const sentences = state === "pending" ? [t.othersToo] : [];
        return { reference, title, sentences, consoleUrl: consoleUrl?.replaceAll("{id}", encodeURIComponent(id)) };
      },
    };
  },
};

function decideQuestion(
  language: Language,
  request: ApprovalRequest,
  holder: LinkHolder,
  concerns: readonly Concern[],
): MailQuestion<"approve" | "deny"> {
  const t = decideTexts[language];
  const voice = voiceFor(approverMailTexts, {}, [language], "requested.text");
  const event = buildApprovalEvent(undefined, request);
  const facts = event?.type === APPROVAL_REQUESTED ? requestFacts(event.detail, voice) : [];
  const { earlier, stages } = request;
  const stage = runningStage(stages);
  const isLast = countMissingVotes(stages) <= 0 && stages?.list[stages.running + 1] === undefined;
  const isRefused = mayOnlyDeny(concerns);
  const whose = holder.for === undefined ? [] : [t.decideFor(holder.for)];
  return {
    title: t.title,
    notes: (
      <>
        {listNotes(language, request, concerns).map(([tone, text]) => (
          <p class={`note ${tone}`}>{text}</p>
        ))}
        {stages === undefined || stage === undefined ? null : (
          <p class="note">
            {t.stage(stages.running + 1, stages.list.length)} · {t.approvals(listVotesNow(stages).length, stage.need)}
          </p>
        )}
      </>
    ),
    facts: [
      ...facts.map(({ label, value }) => [label, value.replaceAll("\u200b", "")] as const),
      [t.earlier, earlier && `${voice.moment(earlier.decision.at)}, ${earlier.decision.by.name}`],
      ...(stages?.votes ?? []).map(({ at, by, note = [] }) => [t.vote, [by.name, voice.moment(at), ...[note].flat()].join(", ")] as const),
    ],
    as: [mailAnswerTexts[language].answerAs(holder.address), ...whose].join(" "),
    then:
      isRefused || noAccountWhy(request) !== undefined || !isLast
        ? undefined
        : request.onApproval === "provision"
          ? t.ifMade
          : request.ask !== undefined
            ? t.ifInvited
            : t.ifLetIn(request.passDays),
    buttons: { approve: isRefused ? undefined : t.approve, deny: t.deny },
    danger: "deny",
    reply: request.ask && { label: t.reply, hint: t.replyHint },
  };
}

function mayOnlyDeny(concerns: readonly Concern[]): boolean {
  return concerns.some(({ code }) => code === DENIED_BY_LIST || code === "invited-already");
}

function listNotes(language: Language, request: ApprovalRequest, concerns: readonly Concern[]): readonly ReturnType<WriteNote>[] {
  const t = decideTexts[language];
  const { domain } = splitAddress(request.email);
  const notes: Readonly<Record<MailedCode, WriteNote>> = {
    "issuer-not-supported": () => ["bad", t.noAccount],
    "identity-incomplete": () => ["bad", t.noAccount],
    "failed-before": () => ["warn", t.failedBefore],
    "account-exists": () => ["warn", t.accountExists],
    [DENIED_BY_LIST]: () => ["bad", t.deniedByList],
    "look-alike": ({ facts }) => ["bad", t.looksLike(visible(domain), visible((facts as LikeFacts).like))],
    "not-proven": () => ["warn", voiceFor(approverMailTexts, {}, [language], "requested.text").say("requested.unproven")],
    "other-name": () => ["warn", t.otherName],
    "other-attributes": () => ["warn", t.otherAttributes],
    "denied-before": () => ["warn", t.deniedBefore],
    "has-access": () => ["warn", t.hasAccess],
    "no-rule": () => ["warn", t.gateKeepsOut],
    "gate-not-open": () => ["warn", t.gateKeepsOut],
    "denied-by-provider": () => ["warn", t.deniedByProvider],
    "invited-already": () => ["bad", t.invitedAlready],
  };
  return concerns.flatMap((concern) => (Object.hasOwn(notes, concern.code) ? [notes[concern.code as MailedCode](concern)] : []));
}

type WriteNote = (concern: Concern) => readonly [tone: "bad" | "warn", text: string];

/** The link's function knows the policies, and reads no other requests. */
type MailedCode = Exclude<ConcernCode, "effect-unknown" | "other-provider">;
