// An embedded DynamoDB in a process of its own, its data in the folder given; tells its port.
const dynalite = require("dynalite");

const server = dynalite({ path: process.argv[2], createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
