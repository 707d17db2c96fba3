import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { exitCodes } from "./exit-codes";
import { CommandError } from "./failure";

/**
 * Asks for a number or word that nobody types by habit; throws unless it is the wanted one.
 * @param given what an option has typed beforehand
 */
export async function confirmedByTyping(question: string, wanted: string, given?: string): Promise<void> {
  if (given === undefined && !process.stdin.isTTY) {
    throw new CommandError("There is no terminal to ask at, so nothing was changed: add --people with their number.");
  }
  const typed = given ?? (await answerTo(`${question} `, new AbortController()));
  if (typed.trim() !== wanted) throw new CommandError(`"${typed.trim()}" is not right. Nothing was changed.`);
}

/**
 * Asks at the terminal; throws unless the answer is yes, and where there is nobody to ask.
 * @param interruption aborted by Ctrl-C at the question
 */
export async function confirmed(question: string, interruption = new AbortController()): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandError("There is no terminal to ask at, so nothing was changed: add --yes.");
  const answer = await answerTo(`${question} [y/N] `, interruption);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError("Nothing was changed.");
}

/** What somebody types at the terminal: nothing where Ctrl-D ends the question. Throws after Ctrl-C. */
export async function asked(question: string): Promise<string> {
  return await answerTo(question, new AbortController());
}

/** The same for a secret, which the terminal does not show. */
export async function askedSecretly(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_, __, done) => done() });
  try {
    return await answerTo("", new AbortController(), nowhere);
  } finally {
    process.stderr.write("\n");
  }
}

/** @param output where the terminal shows what is typed */
async function answerTo(question: string, interruption: AbortController, output: Writable = process.stderr): Promise<string> {
  // What is shown elsewhere, the terminal itself must not show: Node does not see that it is one.
  const terminal = createInterface({ input: process.stdin, output, historySize: 0, ...(output !== process.stderr && { terminal: true }) });
  terminal.on("SIGINT", () => {
    interruption.abort();
    terminal.close();
  });
  try {
    // Ctrl-D closes the terminal: no answer, and on some versions of Node a rejection.
    const answer = await Promise.race([terminal.question(question), once(terminal, "close").then(() => "")]).catch(() => "");
    if (interruption.signal.aborted) throw new CommandError("Interrupted: nothing was changed.", exitCodes.interrupted);
    return answer;
  } finally {
    terminal.close();
  }
}
