import { requestFacts } from "../../adapters/mail/compose";
import { type MailVoice, voiceFor } from "../../adapters/mail/voice";
import { APPROVAL_REQUESTED, approvalEvent } from "../../engine/approvals/event";
import type { LinkHolder } from "../../engine/approvals/mail-secret";
import type { ApprovalRequest } from "../../engine/approvals/request";
import { runningStage, votesNow } from "../../engine/approvals/stages";
import type { Language } from "../../engine/messages/index";
import { mailTexts } from "../../engine/messages/mail";
import { Facts } from "../parts/table";
import { visible } from "../parts/value";
import { type DecideTexts, decideTexts } from "./decide-texts";
import { AnswerForm, DecideFrame, type ShownForm } from "./frame";

export const DECIDE_PATH = "/decide";
export const decideFields = { id: "request", secret: "key", note: "note", verb: "decision" } as const;

interface DecidePageProps {
  readonly language: Language;
  readonly request: ApprovalRequest;
  readonly holder: LinkHolder;
  readonly form: ShownForm;
}

/** The request as the mail showed it, what became of it so far, and the decision. */
export function DecidePage({ language, request, holder, form }: DecidePageProps) {
  const t = decideTexts[language];
  const voice = voiceFor(mailTexts, [language], "requested.text");
  const asked = approvalEvent(undefined, request);
  const facts = asked?.type === APPROVAL_REQUESTED ? requestFacts(asked.detail, voice) : [];
  const { earlier, stages } = request;
  const stage = runningStage(stages);
  return (
    <DecideFrame language={language} title={t.title} problem={form.problem}>
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
    </DecideFrame>
  );
}

function History({ t, voice, request }: { readonly t: DecideTexts; readonly voice: MailVoice; readonly request: ApprovalRequest }) {
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
