import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { exitCodes } from "./exit-codes";
import { CommandError } from "./failure";

/**
 * Asks for a text that people do not type by habit. Throws unless the answer is `wantedText`.
 * @param givenAnswer the answer from an option, so that nothing is asked
 */
export async function confirmedByTyping(question: string, wantedText: string, givenAnswer?: string): Promise<void> {
  if (givenAnswer === undefined && !process.stdin.isTTY) {
    throw new CommandError("There is no terminal to ask at, so nothing was changed: add --people with their number.");
  }
  const typedText = givenAnswer ?? (await answerTo(`${question} `, new AbortController()));
  if (typedText.trim() !== wantedText) throw new CommandError(`"${typedText.trim()}" is not right. Nothing was changed.`);
}

export const NO_TERMINAL = "There is no terminal to ask at, so nothing was changed: add --yes.";

/** Throws if there is no terminal, or if the answer is not yes. @param interruption aborted by Ctrl-C at the question */
export async function requireConfirmation(question: string, interruption = new AbortController()): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandError(NO_TERMINAL);
  const answer = await answerTo(`${question} [y/N] `, interruption);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError("Nothing was changed.");
}

/** The answer is empty after Ctrl-D. Throws after Ctrl-C. */
export async function askQuestion(question: string): Promise<string> {
  return await answerTo(question, new AbortController());
}

/** Lines that arrive within this time after one another belong to one paste. */
const PASTE_MS = 150;

/**
 * Asks for one line, or PEM, and hides what is typed. Throws if other lines are pasted: an unread line would be shown, or would answer the
 * next question.
 */
export async function askedSecretly(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_, __, callback) => callback() });
  // `nowhere` discards the output, so that the typed input stays hidden. `terminal` is set, because Node cannot detect a terminal from
  // `nowhere`.
  const terminal = createInterface({ input: process.stdin, output: nowhere, historySize: 0, terminal: true });
  process.stderr.write(question);
  const lines: string[] = [];
  try {
    await new Promise<void>((resolve, fail) => {
      let pause: NodeJS.Timeout | undefined;
      terminal.on("line", (line) => {
        lines.push(line);
        clearTimeout(pause);
        if (!isPemOpen(lines)) pause = setTimeout(resolve, PASTE_MS);
      });
      terminal.on("SIGINT", () => fail(new CommandError("Interrupted: nothing was changed.", exitCodes.interrupted)));
      terminal.once("close", resolve);
    });
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
  const [first = "", ...others] = lines.filter((line) => line.trim() !== "");
  if (isPemOpen(lines)) throw new CommandError("The last line of the key or certificate is missing, so nothing was changed.");
  if (others.length > 0 && !first.startsWith(PEM_FIRST))
    throw new CommandError(
      "That is more than one line, so nothing was changed: put the value into a file, and write secrets set NAME < FILE.",
    );
  return [first, ...others].join("\n");
}

const PEM_FIRST = "-----BEGIN ";
const PEM_LAST = "-----END ";

function isPemOpen(lines: readonly string[]): boolean {
  const last = (start: string) => lines.findLastIndex((line) => line.startsWith(start));
  return last(PEM_FIRST) > last(PEM_LAST);
}

async function answerTo(question: string, interruption: AbortController): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr, historySize: 0 });
  terminal.on("SIGINT", () => {
    interruption.abort();
    terminal.close();
  });
  try {
    // Ctrl-D closes the terminal and, on some versions of Node, rejects the question. Both count as an empty answer.
    const answer = await Promise.race([terminal.question(question), once(terminal, "close").then(() => "")]).catch(() => "");
    if (interruption.signal.aborted) throw new CommandError("Interrupted: nothing was changed.", exitCodes.interrupted);
    return answer;
  } finally {
    terminal.close();
  }
}
