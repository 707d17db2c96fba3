import type { Reply } from "../protocols/protocol";
import type { Answer } from "../sign-up/decision";
import { blockMessage, blockTitle, catalogueFor, type MessageSettings, problemMessage, problemsMessage, withReference } from "./";

/** An answer in the person's words; what stops somebody names its reference. */
export function replyFor(answer: Answer, reference: string, voice: MessageSettings): Reply {
  switch (answer.kind) {
    case "continue":
      return answer;
    case "block":
      return { kind: "block", title: blockTitle(voice), message: blockMessage(answer.reason, answer.message, reference, voice) };
    case "invalid":
      return {
        kind: "invalid",
        message: withReference(problemsMessage(answer.problems, voice), reference, voice),
        summary: withReference(catalogueFor(voice.locales).correctFields, reference, voice),
        problems: answer.problems.map((problem) => ({
          ...(problem.attribute !== undefined && { attribute: problem.attribute }),
          message: problemMessage(problem, voice),
        })),
      };
  }
}
