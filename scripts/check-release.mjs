// The release workflow runs this script. `npm publish` runs it too, and publishes nothing if it fails: docs/contributing/releasing.md.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { version, repository, private: isPrivate } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
const { GITHUB_REPOSITORY, GITHUB_SERVER_URL = "https://github.com", GITHUB_REF_TYPE, GITHUB_REF_NAME } = process.env;

const address = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;

function problems() {
  if (GITHUB_REPOSITORY === undefined) {
    return ["Nobody publishes from a machine of their own: push a tag, and the release workflow does it (docs/contributing/releasing.md)."];
  }
  return [
    isPrivate && 'package.json says "private": npm would refuse the package.',
    GITHUB_REF_TYPE !== "tag" && "Only a tag is released.",
    GITHUB_REF_TYPE === "tag" &&
      GITHUB_REF_NAME !== `v${version}` &&
      `The tag is ${GITHUB_REF_NAME}, and package.json has version ${version}: the tag has to be v${version}.`,
    !changelog.includes(`\n## ${version}`) && `CHANGELOG.md has no section "## ${version}".`,
    repository?.url !== address &&
      `npm accepts provenance only from the repository that package.json names: add "repository": { "type": "git", "url": "${address}" } (now: ${repository?.url ?? "none"}).`,
  ].filter(Boolean);
}

const found = problems();
for (const problem of found) process.stderr.write(`${problem}\n`);
process.exitCode = found.length > 0 ? 1 : 0;
