import { literal } from "../../../features/entra/verbs/entra-file";
import { attributesText } from "../../../features/entra/verbs/types/attributes";

/** What turns the direction of what is read, ends a line, or is not seen. */
const deceiving = ["\u202e", "\u2066", "\u2028", "\u200b", "\u001b", "\u{e0041}"];
const deceives = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

it.each(["plain", `"`, "'", `\\"'`, "\\", "\n*/", ...deceiving])(
  "writes a text as a TypeScript literal with the same value: %j",
  (text) => {
    // biome-ignore lint/security/noGlobalEval: what it is worth, the language itself has to say
    expect(eval(literal(text))).toBe(text);
    expect(literal(text)).not.toMatch(deceives);
  },
);

it.each(["*/ evil(); /*", "*\n/", ...deceiving.map((each) => `${each}*/`)])("keeps a label within its comment: %j", (label) => {
  const attributes = [{ name: "extension_Tier", type: "string", label, description: label }];
  const text = attributesText({ attributes, extensionsAppId: undefined, flows: [{ flow: label, collects: [] }] });
  expect(text).not.toMatch(deceives);
  const comment = text.split("\n").find((line) => line.startsWith("    /**")) as string;
  expect(comment.indexOf("*/")).toBe(comment.length - 2);
});
