// Loaded before `npm start`: tells each port that its process opens, whoever opens it.

const { Server } = require("node:net");

const { listen } = Server.prototype;
Server.prototype.listen = function listenAndTell(...args) {
  this.once("listening", () => {
    const address = this.address();
    if (typeof address === "object" && address !== null) process.stderr.write(`port ${address.port} is open\n`);
  });
  return listen.apply(this, args);
};
