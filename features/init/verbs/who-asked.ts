import { askQuestion } from "../../../cli/confirmed";
import { CommandError } from "../../../cli/failure";
import { findMeantDomain } from "../../../engine/meant-entries";
import { type WhoAnswer, whoAnswers } from "../../../local/first-policy/answers";
import { domainsIn } from "../../../local/first-policy/chosen";

export interface WhoOptions {
  readonly who?: WhoAnswer["who"];
  readonly domain?: readonly string[];
}

type Ask = (question: string) => Promise<string>;

export const whoNames: Readonly<Record<WhoAnswer["who"], string>> = {
  list: "People on a list",
  domains: "Our domains, others approved",
  invited: "By invitation",
  open: "Everybody, with limits",
};

const QUESTION = `Who may sign up?
${whoAnswers.map((answer, at) => `  ${at + 1}  ${whoNames[answer]}\n`).join("")}  Enter: answer later, in the simulator
`;

export function readWho({ who, domain = [] }: WhoOptions): WhoAnswer | undefined {
  if (who === undefined) return undefined;
  const { domains, anyones, wrong } = domainsIn(domain.join(" "));
  if (wrong.length > 0) throw new CommandError(`--domain takes domains such as ${describeMeantDomains(wrong)}, not ${wrong.join(", ")}.`);
  if (anyones.length > 0) throw new CommandError(`--domain takes your own domains. ${anyonesSay(anyones)}`);
  if (who === "domains" && domains.length === 0) throw new CommandError("--who domains needs your domains: add --domain contoso.com");
  if (who !== "domains" && domains.length > 0) throw new CommandError(`--domain goes with --who domains, not with ${who}.`);
  return { who, domains };
}

/** The person's answer. Undefined if the person wants to answer later. */
export async function askWho(ask: Ask = askQuestion): Promise<WhoAnswer | undefined> {
  for (;;) {
    const typedText = (await ask(`${QUESTION}> `)).trim();
    if (typedText === "") return undefined;
    const who = whoAnswers[Number(typedText) - 1] ?? whoAnswers.find((each) => each === typedText.toLowerCase());
    if (who !== undefined) return { who, domains: who === "domains" ? await askDomains(ask) : [] };
  }
}

async function askDomains(ask: Ask): Promise<readonly string[]> {
  let question = "Your domains, such as contoso.com: ";
  for (;;) {
    const { domains, anyones, wrong } = domainsIn(await ask(question));
    if (wrong.length === 0 && domains.length === 0) throw new CommandError("There is no domain, so nothing was written.");
    if (wrong.length === 0 && anyones.length === 0) return domains;
    question = wrong.length > 0 ? `Domains look like ${describeMeantDomains(wrong)}: ` : `${anyonesSay(anyones)} Your own domains: `;
  }
}

function describeMeantDomains(wrong: readonly string[]): string {
  const meant = wrong.flatMap((each) => findMeantDomain(each) ?? []);
  return meant.length === 0 ? "contoso.com" : meant.join(", ");
}

function anyonesSay(names: readonly string[]): string {
  return `Anybody gets an address at ${names.join(", ")}: allow or invite people there one by one.`;
}
