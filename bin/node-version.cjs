// Old JavaScript without dependencies, because it also runs on the Node versions that it rejects.

const { engines } = require("../package.json");

exports.nodeTooOld = function nodeTooOld() {
  const oldest = engines.node.replace(">=", "");
  const [major, minor] = oldest.split(".").map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split(".").map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return undefined;
  return `Gatehouse needs Node ${oldest} or newer; this is ${process.versions.node}. Get one at https://nodejs.org.`;
};
