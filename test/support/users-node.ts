/** The Node that runs npm: what users start runs on it, while the suites are on the Lambda runtime's (scripts/lambda-node.mjs). */
export const usersNode = process.env.npm_node_execpath ?? process.execPath;
