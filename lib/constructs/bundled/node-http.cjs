/**
 * In the bundles, what `node:http` is. An `import` of it copies every export, and reading one of them (WebSocket)
 * loads Node's whole fetch, a fifth of the time that a function takes to load; this copies nothing.
 */
module.exports = process.getBuiltinModule("node:http");
