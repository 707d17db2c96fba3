import { requestFacts } from "../../adapters/mail/compose";
import { type MailVoice, voiceFor } from "../../adapters/mail/voice";
import { APPROVAL_REQUESTED, approvalEvent } from "../../engine/approvals/event";
import type { LinkHolder } from "../../engine/approvals/mail-secret";
import type { ApprovalRequest } from "../../engine/approvals/request";
import { runningStage, votesNow } from "../../engine/approvals/stages";
import type { Language } from "../../engine/messages/index";
import { mailTexts } from "../../engine/messages/mail";
import { visible } from "../parts/value";
import { type DecideTexts, decideTexts } from "./decide-texts";
import { DecideFrame, type DecideFrameProps, NoteField } from "./frame";

export const DECIDE_PATH = "/decide";
/** Names of the link's parameters, and of the form's fields. */
export const linkFields = { request: "request", secret: "key", note: "note", verb: "decision" } as const;

interface DecidePageProps {
  readonly language: Language;
  readonly request: ApprovalRequest;
  readonly holder: LinkHolder;
  readonly secret: string;
  /** What was wrong with the form. */
  readonly problem?: string;
  /** As it was typed. */
  readonly note?: string;
}

/** The request as the mail showed it, what became of it so far, and the decision. */
export function DecidePage({ language, request, holder, secret, problem, note = "" }: DecidePageProps) {
  const t = decideTexts[language];
  const voice = voiceFor(mailTexts, [language], "requested.text");
  const asked = approvalEvent(undefined, request);
  const facts = asked?.type === APPROVAL_REQUESTED ? requestFacts(asked.detail, voice) : [];
  const { earlier, stages } = request;
  const stage = runningStage(stages);
  return (
    <DecideFrame language={language} title={t.title} problem={problem}>
      {request.emailProven ? null : <p class="note warn">{voice.say("requested.unproven")}</p>}
      {stages === undefined || stage === undefined ? null : (
        <p class="note">
          {t.stage(stages.running + 1, stages.list.length)} · {t.approvals(votesNow(stages).length, stage.need)}
        </p>
      )}
      <dl class="card">
        {facts.map(({ label, value }) => (
          <>
            <dt>{label}</dt>
            <dd>
              <bdi class="value">{visible(value.replaceAll("\u200b", ""))}</bdi>
            </dd>
          </>
        ))}
        {earlier === undefined ? null : (
          <>
            <dt>{t.earlier}</dt>
            <dd>
              {voice.moment(earlier.decision.at)}, <bdi>{visible(earlier.decision.by.name)}</bdi>
            </dd>
          </>
        )}
      </dl>
      <History t={t} voice={voice} request={request} />
      <form method="post" action={DECIDE_PATH} class="card">
        <input type="hidden" name={linkFields.request} value={request.id} />
        <input type="hidden" name={linkFields.secret} value={secret} />
        <p>{[t.decideAs(holder.address), ...(holder.for === undefined ? [] : [t.decideFor(holder.for)])].join(" ")}</p>
        <NoteField language={language} name={linkFields.note} label={t.note} note={note} />
        <p class="actions">
          <button type="submit" name={linkFields.verb} value="approve">
            {t.approve}
          </button>
          <button type="submit" name={linkFields.verb} value="deny" class="danger">
            {t.deny}
          </button>
        </p>
      </form>
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

/** A few sentences, and the way to the console if there is one. */
export function SentencePage({
  language,
  title,
  sentences,
  consoleUrl,
}: Pick<DecideFrameProps, "language" | "title"> & { readonly sentences: readonly string[]; readonly consoleUrl?: string | undefined }) {
  return (
    <DecideFrame language={language} title={title}>
      {sentences.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {consoleUrl === undefined ? null : (
        <p>
          <a class="button" href={consoleUrl} rel="noreferrer">
            {decideTexts[language].console}
          </a>
        </p>
      )}
    </DecideFrame>
  );
}
