import { hasIdPlace, idInPlace } from "../../../adapters/mail/mail-place";
import { type Part, renderedMail } from "../../../adapters/mail/render";
import type { Mail } from "../../../adapters/mail/send";
import { type OwnMailTexts, voiceFor } from "../../../engine/mail/voice";
import { approverMailTexts } from "../approver-mail-texts";
import type { ApprovalRequested } from "../build-event";
import { type ApproverVoice, requestFacts } from "../request-facts";
import { askedKind } from "../stages";

/** Each occasion has its own words, so that several mails about one request differ. */
export type Occasion = "new" | "undo" | "stage" | "reassigned" | "reminder" | "escalation";

export interface ApproverSettings {
  readonly occasion: Occasion;
  readonly ownTexts: OwnMailTexts;
  readonly approvers: readonly string[];
  /** The approvers' language: a BCP 47 tag. */
  readonly language: string;
  /** The CLI options of this Gatehouse: `--stack Gatehouse --region eu-west-1`. */
  readonly place: string;
  readonly consoleUrl?: string | undefined;
  /** Links for deciding without signing in, by request id. */
  readonly links?: ReadonlyMap<string, string>;
}

/** @param requestEvents if a request has several events, the mail shows the newest one */
export function writeApproverMail(requestEvents: readonly ApprovalRequested[], settings: ApproverSettings): Mail {
  const requests = newestOfEachRequest(requestEvents);
  const { ownTexts, approvers, occasion, language, place, consoleUrl, links } = settings;
  const voice = voiceFor(approverMailTexts, ownTexts, [language], "requested.text");
  const count = requests.length;
  const decides = links !== undefined && links.size > 0;
  const usual = count === 1 ? "requested.subject.one" : "requested.subject.many";
  const subject = voice.say(occasion === "new" ? usual : `${occasion}.subject`, { count: String(count) });
  const parts: readonly Part[] = [
    ...(occasion === "new" ? [] : [{ kind: "words", text: voice.say(`${occasion}.text`) } as const]),
    { kind: "words", text: voice.say("requested.text") },
    ...requests.flatMap((request) => {
      const url = links?.get(request.requestId);
      const page = consoleUrl !== undefined && hasIdPlace(consoleUrl) ? idInPlace(consoleUrl, request.requestId) : undefined;
      return [
        ...describeRequest(request, voice, place),
        ...(url === undefined ? [] : [{ kind: "link", label: voice.say("requested.decide"), url } as const]),
        ...(page === undefined ? [] : [buildLink(page, decides, voice)]),
      ];
    }),
    ...(decides ? [{ kind: "words", text: voice.say("requested.decideHint") } as const] : []),
    ...(consoleUrl === undefined || hasIdPlace(consoleUrl) ? [] : [buildLink(consoleUrl, decides, voice)]),
  ];
  return renderedMail(approvers, subject, parts, voice);
}

export function newestOfEachRequest(requestEvents: readonly ApprovalRequested[]): readonly ApprovalRequested[] {
  const oldestFirst = requestEvents.toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time));
  return [...new Map(oldestFirst.map((request) => [request.requestId, request])).values()];
}

/** @param besides true if the mail also has a link for deciding without signing in */
function buildLink(url: string, besides: boolean, { say }: ApproverVoice): Part {
  return { kind: "link", label: say("requested.link"), url, besides };
}

function describeRequest(request: ApprovalRequested, voice: ApproverVoice, place: string): readonly Part[] {
  const { emailProven, reference, stage } = request;
  // With a command, approvers of a stage can vote only if the stage asks them by ARN.
  const mayCommand = stage === undefined || stage.asked.some((each) => askedKind(each) === "arn");
  const commands = ["approve", "deny"].map((verb) => `npm run gate -- approvals ${verb} ${reference} ${place}`);
  return [
    { kind: "facts", facts: requestFacts(request, voice), warning: emailProven ? undefined : voice.say("requested.unproven") },
    ...(mayCommand ? [{ kind: "commands", commands } as const] : []),
  ];
}
