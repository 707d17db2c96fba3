/** The minimal HTTP server: reads the request, and answers with the text from its command line. Prints its port. */
const { createServer } = require("node:http");

const body = process.argv[2];
const server = createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(200, { "Content-Type": "application/json" }).end(body));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
