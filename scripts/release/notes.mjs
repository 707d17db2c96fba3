// Writes the changelog's section of this version into a file. Usage: node scripts/release/notes.mjs FILE

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const sections = readFileSync(join(root, "CHANGELOG.md"), "utf8").split(/^(?=## )/m);
const section = sections.find((each) => each.split("\n")[0] === `## ${version}`);
if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${version}".`);
// On the page of a release, relative links would lead nowhere.
const { GITHUB_SERVER_URL = "https://github.com", GITHUB_REPOSITORY, GITHUB_REF_NAME } = process.env;
const files = GITHUB_REPOSITORY === undefined ? "" : `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/${GITHUB_REF_NAME}/`;
const text = section.slice(section.indexOf("\n") + 1).trimStart();
writeFileSync(process.argv[2], text.replace(/\]\((?![a-z]+:)/g, `](${files}`));
