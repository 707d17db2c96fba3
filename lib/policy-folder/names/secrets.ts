import { didYouMean } from "../../nearest-name";
import { type PolicyStep, usesOf } from "../policy-folder";
import { foundIn, type SourceFile } from "./source";

/** Secrets that rules of a folder ask for and none declares, and those that a rule declares and none asks for. */
export function secretWarnings(found: readonly PolicyStep[], sources: readonly SourceFile[]): readonly string[] {
  const declared = found.flatMap(usesOf).flatMap((use) => ("secret" in use ? [use.secret] : []));
  const asked = sources.flatMap((source) => foundIn(source, /\bservices\??\.secret\(\s*["']([^"']+)["']/g));
  const undeclared = asked
    .filter(({ name }) => !declared.includes(name))
    .map(
      ({ name, place }) =>
        `${place}the secret ${name} is asked for, and no rule declares it: uses: [{ secret: "${name}" }].${didYouMean(name, declared)}`,
    );
  // By a name that is put together, any of them may be asked for.
  const isAskedOtherwise = sources.some(({ text }) => /\bsecret\((?!\s*["'])/.test(text) || /[{,]\s*secret\s*[,}]/.test(text));
  if (isAskedOtherwise) return undeclared;
  const unused = sources
    .flatMap((source) => foundIn(source, /\buses:\s*\[[^\]]*?\{\s*secret:\s*["']([^"']+)["']/g))
    .filter(({ name }) => !asked.some((each) => each.name === name))
    .map(({ name, place }) => `${place}the secret ${name} is declared, and no rule asks for it: services.secret("${name}").`);
  return [...undeclared, ...unused];
}
