import { environment, required } from "../../../adapters/aws/environment";
import { AnswerForm, type MailAnswer, MailAnswerFrame, type ShownForm } from "../../../console/mail-answer/frame";
import { mailAnswerTexts } from "../../../console/mail-answer/mail-answer-texts";
import { Facts } from "../../../console/parts/table";
import { visible } from "../../../console/parts/value";
import { voiceFor } from "../../../engine/mail/voice";
import type { Language } from "../../../engine/messages/index";
import { partsOf } from "../../../engine/sign-up/email";
import { lookAlikesAt } from "../../access-list/store/look-alikes";
import { noAccountWhy } from "../client/bodies";
import { APPROVAL_REQUESTED, approvalEvent } from "../event";
import { decideByMail, type LinkHolder, requestOfLink } from "../mail-secret";
import { approverMailTexts } from "../mail-texts";
import type { ApprovalRequest } from "../request";
import { requestFacts } from "../request-facts";
import { runningStage, votesMissing, votesNow } from "../stages";
import { approvalStore } from "../store/approvals";
import { delegationStore } from "../store/delegations";
import { decideTexts } from "./mail-decision-texts";

// Approvers decide from their mail.

const link = { path: "/decide", parameter: "request" } as const;

export const mailDecision: MailAnswer<"approve" | "deny"> = {
  ...link,
  verbs: ["approve", "deny"],
  open({ settings, tables }) {
    const store = approvalStore(tables, required(environment.approvalsTable, settings));
    const { current: delegations } = delegationStore(tables, required(environment.ledgerTable, settings));
    const requests = { ...store, delegations };
    const names = { accessList: environment.accessListTable, ledger: environment.ledgerTable };
    const { lookAlikesOf } = lookAlikesAt(tables, (table) => required(names[table], settings));
    return {
      async page(form, { language, now }) {
        const linked = await requestOfLink(requests, form, now);
        if (linked === undefined) return undefined;
        const { domain } = partsOf(linked.request.email);
        const [alike] = (await lookAlikesOf([domain])).get(domain) ?? [];
        return <DecidePage language={language} request={linked.request} like={alike?.like} holder={linked.kept} form={form} />;
      },
      async act(verb, answer, { language, now, consoleUrl }) {
        const t = decideTexts[language];
        const result = await decideByMail(requests, verb, answer, now);
        if (result === undefined || !result.ok) return { why: result?.why ?? "unknown" };
        const { reference, state, email } = result.request;
        const title = `${verb === "approve" ? t.approved : t.denied}: ${visible(email)}`;
        const sentences = [state === "pending" ? t.othersToo : t.takeBack];
        return { reference, title, sentences, consoleUrl: consoleUrl?.replaceAll("{id}", encodeURIComponent(answer.id)) };
      },
    };
  },
};

interface DecidePageProps {
  readonly language: Language;
  readonly request: ApprovalRequest;
  readonly like: string | undefined;
  readonly holder: LinkHolder;
  readonly form: ShownForm;
}

function DecidePage({ language, request, like, holder, form }: DecidePageProps) {
  const t = decideTexts[language];
  const voice = voiceFor(approverMailTexts, {}, [language], "requested.text");
  const asked = approvalEvent(undefined, request);
  const facts = asked?.type === APPROVAL_REQUESTED ? requestFacts(asked.detail, voice) : [];
  const { earlier, stages } = request;
  const stage = runningStage(stages);
  const isLast = votesMissing(stages) <= 0 && stages?.list[stages.running + 1] === undefined;
  const noAccount = noAccountWhy(request);
  return (
    <MailAnswerFrame language={language} title={t.title} problem={form.problem}>
      {noAccount === undefined ? null : <p class="note bad">{t.noAccount}</p>}
      {like === undefined ? null : <p class="note bad">{t.looksLike(visible(partsOf(request.email).domain), visible(like))}</p>}
      {request.emailProven ? null : <p class="note warn">{voice.say("requested.unproven")}</p>}
      {stages === undefined || stage === undefined ? null : (
        <p class="note">
          {t.stage(stages.running + 1, stages.list.length)} · {t.approvals(votesNow(stages).length, stage.need)}
        </p>
      )}
      <Facts
        facts={[
          ...facts.map(({ label, value }) => [label, <bdi class="value">{visible(value.replaceAll("\u200b", ""))}</bdi>] as const),
          [
            t.earlier,
            earlier && (
              <>
                {voice.moment(earlier.decision.at)}, <bdi>{visible(earlier.decision.by.name)}</bdi>
              </>
            ),
          ],
          ...(stages?.votes ?? []).map(
            ({ at, by, note }) =>
              [t.vote, <bdi class="value">{[by.name, voice.moment(at), ...[note ?? []].flat()].map(visible).join(", ")}</bdi>] as const,
          ),
        ]}
      />
      {noAccount !== undefined || !isLast ? null : <p>{request.onApproval === "provision" ? t.ifMade : t.ifLetIn(request.passDays)}</p>}
      <AnswerForm of={link} language={language} form={form} buttons={{ approve: t.approve, deny: t.deny }} danger="deny">
        <p>
          {[mailAnswerTexts[language].answerAs(holder.address), ...(holder.for === undefined ? [] : [t.decideFor(holder.for)])].join(" ")}
        </p>
      </AnswerForm>
    </MailAnswerFrame>
  );
}
