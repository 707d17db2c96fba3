import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { CommandContext } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";
import { policyPath } from "../../../lib/policy-folder/policy-files";
import { answeringRules, loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { LANGUAGES, readLanguageTag } from "../stack/files";
import { languageTemplate } from "../stack/needed";

export function initLanguage(word: string, { policy = "policy" }: { readonly policy?: string }, { output }: CommandContext): void {
  const tag = readLanguageTag(word, `--language ${word}`);
  const folder = policyPath(policy);
  const file = join(folder, LANGUAGES, `${tag}.ts`);
  const shownPath = relative(process.cwd(), file);
  if (existsSync(file)) throw new CommandError(`${shownPath} exists: npm run gate -- test names what it lacks.`);
  const text = languageTemplate(tag, loadPolicyFolder(folder).flatMap(answeringRules));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  output.print(`${shownPath} has ${text.match(/"",$/gm)?.length} texts to translate. npm run gate -- test names those that are left.`);
}
