// The JavaScript client as a peer: node js_client.mjs PORT TABLE
//
// Shows rows 0..49 of the first ten columns and answers lines: "count" gives the updates so far,
// "rows FIRST LAST" moves the viewport and gives the nanoseconds until the rows are there,
// "filter COLUMN N TOP" (at least N), "sort COLUMN TOP" (down) and "plain TOP" (neither) do the
// same for rows of which the first has TOP in the first column. The client itself comes from the
// server. Prints "ready" first.
import readline from 'node:readline';
import { loadDhModules, NodeHttp2gRPCTransport } from '@deephaven/jsapi-nodejs';

const [port, name] = process.argv.slice(2);
const serverUrl = new URL(`http://127.0.0.1:${port}`);
const dh = await loadDhModules({
  serverUrl,
  storageDir: new URL('./tmp', import.meta.url).pathname,
  targetModuleType: 'esm',
});
const client = new dh.CoreClient(serverUrl.href, {
  transportFactory: NodeHttp2gRPCTransport.createFactory(),
});
await client.login({ type: dh.CoreClient.LOGIN_TYPE_ANONYMOUS });
const connection = await client.getAsIdeConnection();
const table = await connection.getObject({ type: 'Table', name });
const columns = table.columns.slice(0, 10);
let updates = 0;
let waiting = null;

const isThere = detail =>
  detail.offset === waiting.first &&
  (waiting.top === undefined || `${detail.rows[0]?.get(columns[0])}` === waiting.top);

table.addEventListener(dh.Table.EVENT_UPDATED, event => {
  updates += 1;
  for (const row of event.detail.rows) {
    for (const column of columns) row.get(column); // as a grid that paints them would
  }
  if (waiting && isThere(event.detail)) {
    console.log(`ok ${process.hrtime.bigint() - waiting.begin}`);
    waiting = null;
  }
});

const atLeast = (column, n) =>
  table.findColumn(column).filter().greaterThanOrEqualTo(dh.FilterValue.ofNumber(Number(n)));

const commands = {
  rows(first, last) {
    waiting = { begin: process.hrtime.bigint(), first: Number(first) };
    table.setViewport(Number(first), Number(last), columns);
  },
  change(filters, sorts, top) {
    waiting = { begin: process.hrtime.bigint(), first: 0, top };
    table.applyFilter(filters);
    table.applySort(sorts);
    table.setViewport(0, 49, columns);
  },
  filter: (column, n, top) => commands.change([atLeast(column, n)], [], top),
  sort: (column, top) => commands.change([], [table.findColumn(column).sort().desc()], top),
  plain: top => commands.change([], [], top),
  count: () => console.log(`ok ${updates}`),
};

table.setViewport(0, 49, columns);
console.log('ready');
readline.createInterface({ input: process.stdin }).on('line', line => {
  const [word, ...rest] = line.split(' ');
  commands[word](...rest);
}).on('close', () => process.exit(0));
