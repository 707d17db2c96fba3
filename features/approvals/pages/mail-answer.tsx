import { environment, requireVariable } from "../../../adapters/aws/environment";
import type { MailAnswer, MailQuestion } from "../../../console/mail-answer/frame";
import { mailAnswerTexts } from "../../../console/mail-answer/mail-answer-texts";
import { visible } from "../../../console/parts/value";
import { voiceFor } from "../../../engine/mail/voice";
import type { Language } from "../../../engine/messages/index";
import { splitAddress } from "../../../engine/sign-up/email";
import { denialsInStack } from "../../access-list/store/denials";
import { createLookAlikes } from "../../access-list/store/look-alikes";
import { approverMailTexts } from "../approver-mail-texts";
import { APPROVAL_REQUESTED, buildApprovalEvent } from "../build-event";
import { noAccountWhy } from "../client/bodies";
import { decideByMail, findLinkedRequest, type LinkHolder } from "../mail-secret";
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
    const store = approvalStore(tables, requireVariable(environment.approvalsTable, settings));
    const { current: delegations } = delegationStore(tables, requireVariable(environment.ledgerTable, settings));
    const requests = { ...store, delegations };
    const { findDenials } = denialsInStack({ settings, tables });
    const denies = async (request: ApprovalRequest, now: Date) => (await findDenials([request], now)).has(request);
    const names = { accessList: environment.accessListTable, ledger: environment.ledgerTable };
    const { lookAlikesOf } = createLookAlikes(tables, (table) => requireVariable(names[table], settings));
    return {
      async asked(form, { language, now }) {
        const openedLink = await findLinkedRequest(requests, form, now);
        if (openedLink === undefined) return undefined;
        const { domain } = splitAddress(openedLink.request.email);
        const [alike] = (await lookAlikesOf([domain])).get(domain) ?? [];
        const isDenied = await denies(openedLink.request, now);
        return decideQuestion(language, openedLink.request, openedLink.kept, { like: alike?.like, isDenied });
      },
      async act(verb, answer, { language, now, consoleUrl }) {
        const t = decideTexts[language];
        const openedLink = verb === "approve" ? await findLinkedRequest(requests, answer, now) : undefined;
        // If the access list denies the person, the approval is refused. The link stays valid, so that the approver can still deny the
        // request.
        if (openedLink !== undefined && (await denies(openedLink.request, now))) return { why: DENIED_BY_LIST, isAskedAgain: true };
        const result = await decideByMail(requests, verb, answer, now);
        if (result === undefined || !result.ok) return { why: result?.why ?? "unknown" };
        const { reference, state, email } = result.request;
        const title = `${verb === "approve" ? t.approved : t.denied}: ${visible(email)}`;
        const sentences = state === "pending" ? [t.othersToo] : [];
        return { reference, title, sentences, consoleUrl: consoleUrl?.replaceAll("{id}", encodeURIComponent(answer.id)) };
      },
    };
  },
};

function decideQuestion(
  language: Language,
  request: ApprovalRequest,
  holder: LinkHolder,
  { like, isDenied }: { readonly like: string | undefined; readonly isDenied: boolean },
): MailQuestion<"approve" | "deny"> {
  const t = decideTexts[language];
  const voice = voiceFor(approverMailTexts, {}, [language], "requested.text");
  const event = buildApprovalEvent(undefined, request);
  const facts = event?.type === APPROVAL_REQUESTED ? requestFacts(event.detail, voice) : [];
  const { earlier, stages } = request;
  const stage = runningStage(stages);
  const isLast = countMissingVotes(stages) <= 0 && stages?.list[stages.running + 1] === undefined;
  const noAccount = noAccountWhy(request);
  const whose = holder.for === undefined ? [] : [t.decideFor(holder.for)];
  return {
    title: t.title,
    notes: (
      <>
        {noAccount === undefined ? null : <p class="note bad">{t.noAccount}</p>}
        {isDenied ? <p class="note bad">{t.deniedByList}</p> : null}
        {like === undefined ? null : <p class="note bad">{t.looksLike(visible(splitAddress(request.email).domain), visible(like))}</p>}
        {request.emailProven ? null : <p class="note warn">{voice.say("requested.unproven")}</p>}
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
      isDenied || noAccount !== undefined || !isLast
        ? undefined
        : request.onApproval === "provision"
          ? t.ifMade
          : t.ifLetIn(request.passDays),
    buttons: { approve: isDenied ? undefined : t.approve, deny: t.deny },
    danger: "deny",
  };
}
