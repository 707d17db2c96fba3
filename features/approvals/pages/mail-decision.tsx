import type { Context } from "hono";
import { environment, required } from "../../../adapters/aws/environment";
import {
  answerOver,
  answerPage,
  answerSent,
  type LinkPagePorts,
  linkedForm,
  type MailAnswer,
  readerLanguage,
} from "../../../console/mail-answer/answering";
import { AnswerForm, MailAnswerFrame, SentencePage, type ShownForm } from "../../../console/mail-answer/frame";
import { mailAnswerTexts } from "../../../console/mail-answer/mail-answer-texts";
import { Facts } from "../../../console/parts/table";
import { visible } from "../../../console/parts/value";
import { voiceFor } from "../../../engine/mail/voice";
import type { Language } from "../../../engine/messages/index";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { APPROVAL_REQUESTED, approvalEvent } from "../event";
import { decideByMail, type LinkedRequests, type LinkHolder, requestOfLink } from "../mail-secret";
import { approverMailTexts } from "../mail-texts";
import type { ApprovalRequest } from "../request";
import { type ApproverVoice, requestFacts } from "../request-facts";
import { runningStage, votesNow } from "../stages";
import { approvalStore } from "../store/approvals";
import { delegationStore } from "../store/delegations";
import { type DecideTexts, decideTexts } from "./mail-decision-texts";

// Approvers decide from their mail.

const DECIDE_PATH = "/decide";
const decideFields = { id: "request", secret: "key", note: "note", verb: "decision" } as const;

type DecisionPorts = LinkPagePorts & { readonly requests: LinkedRequests };

export const mailDecision: MailAnswer = {
  path: DECIDE_PATH,
  over: decideTexts,
  open({ settings, tables }) {
    const store = approvalStore(tables, required(environment.approvalsTable, settings));
    const { current: delegations } = delegationStore(tables, required(environment.ledgerTable, settings));
    const requests = { ...store, delegations };
    return {
      show: (page, context) => showForm({ ...page, requests }, context, linkedForm(context, decideFields)),
      take: (page, context) => takeDecision({ ...page, requests }, context),
    };
  },
};

async function showForm(ports: DecisionPorts, context: Context, form: ShownForm): Promise<Response> {
  const linked = await requestOfLink(ports.requests, form, ports.now());
  if (linked === undefined) return await answerOver(ports, context, decideTexts);
  const page = <DecidePage language={readerLanguage(context)} request={linked.request} holder={linked.kept} form={form} />;
  return await answerPage(context, form.problem === undefined ? 200 : 400, page);
}

async function takeDecision(ports: DecisionPorts, context: Context): Promise<Response> {
  const { verb, ...form } = await answerSent(context, decideFields);
  const { id, secret } = form;
  const language = readerLanguage(context);
  const t = decideTexts[language];
  const note = form.note.trim();
  const isVerb = verb === "approve" || verb === "deny";
  if (!isVerb) return await showForm(ports, context, { ...form, problem: t.chooseOne });
  if (note.length > MAX_TEXT_LENGTH) return await showForm(ports, context, { ...form, problem: mailAnswerTexts[language].noteTooLong });
  const result = await decideByMail(ports.requests, verb, { id, secret, ...(note !== "" && { note }) }, ports.now());
  if (result === undefined || !result.ok) {
    ports.decided({ outcome: result?.why ?? "unknown" });
    return await answerOver(ports, context, decideTexts);
  }
  ports.decided({ outcome: "done", verb, reference: result.request.reference });
  const consoleUrl = ports.consoleUrl?.replaceAll("{id}", encodeURIComponent(id));
  const title = verb === "approve" ? t.approved : t.denied;
  const sentence = result.request.state === "pending" ? t.othersToo : t.takeBack;
  return await answerPage(context, 200, <SentencePage language={language} title={title} sentences={[sentence]} consoleUrl={consoleUrl} />);
}

interface DecidePageProps {
  readonly language: Language;
  readonly request: ApprovalRequest;
  readonly holder: LinkHolder;
  readonly form: ShownForm;
}

/** The request as the mail showed it, what became of it so far, and the decision. */
function DecidePage({ language, request, holder, form }: DecidePageProps) {
  const t = decideTexts[language];
  const voice = voiceFor(approverMailTexts, {}, [language], "requested.text");
  const asked = approvalEvent(undefined, request);
  const facts = asked?.type === APPROVAL_REQUESTED ? requestFacts(asked.detail, voice) : [];
  const { earlier, stages } = request;
  const stage = runningStage(stages);
  return (
    <MailAnswerFrame language={language} title={t.title} problem={form.problem}>
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
        ]}
      />
      <History t={t} voice={voice} request={request} />
      <AnswerForm
        language={language}
        path={DECIDE_PATH}
        fields={decideFields}
        form={form}
        about={<p>{[t.decideAs(holder.address), ...(holder.for === undefined ? [] : [t.decideFor(holder.for)])].join(" ")}</p>}
        noteLabel={t.note}
      >
        <button type="submit" name={decideFields.verb} value="approve">
          {t.approve}
        </button>
        <button type="submit" name={decideFields.verb} value="deny" class="danger">
          {t.deny}
        </button>
      </AnswerForm>
    </MailAnswerFrame>
  );
}

function History({ t, voice, request }: { readonly t: DecideTexts; readonly voice: ApproverVoice; readonly request: ApprovalRequest }) {
  return (
    <section class="card">
      <h2>{t.history}</h2>
      <ol>
        {request.history.map(({ at, to, what, by, note }) => (
          <li>
            {(what && t.steps[what]) ?? t.states[to]}, {voice.moment(at)}
            {by.kind === "gatehouse" ? null : (
              <>
                , <bdi>{visible(by.name)}</bdi>
              </>
            )}
            {note === undefined ? null : (
              <>
                : <bdi class="value">{visible(note)}</bdi>
              </>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
