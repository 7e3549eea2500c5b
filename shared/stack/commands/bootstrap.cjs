/**
 * Called before every script that can be a clone's first command: installs what is missing. Plain JavaScript without
 * packages, since there may be none yet, and for Node >= 20: the project's own Node 24 comes with the packages. CommonJS,
 * since Node loads no module from a path with a backslash, which is to be told.
 */
const { spawnSync } = require('node:child_process');
const { existsSync, lstatSync, statSync } = require('node:fs');
const { join } = require('node:path');

const MIN_NODE = 20;
const MIN_PROJECT_NODE = 24;
const root = join(__dirname, '../../..');
const inRoot = (path) => join(root, path);

const major = (version) => Number(/^v?(\d+)/.exec(version ?? '')?.[1] ?? 0);

function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

const isInstalled = () => {
  // npm writes it at the end of an installation.
  const installedAt = changedAt(inRoot('node_modules/.package-lock.json'));
  return installedAt > 0 && installedAt >= changedAt(inRoot('package-lock.json'));
};

function install() {
  // npm ci empties the folder first: through a link it would be another checkout's.
  if (lstatSync(inRoot('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink())
    fail(
      'node_modules is a link to a folder that does not fit package-lock.json. Remove the link, then run this again.',
    );
  console.error('Installing the packages of package-lock.json (npm ci) ...');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stdout, stderr, error } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  if (error) fail(`Cannot run npm (${error.message}). Install npm, then run this again.`);
  if (status !== 0) fail(`${stdout}${stderr}\nnpm ci failed (above). Mend what it says, then run this again.`);
}

/** npm 12 may refuse the script that places the program, and still succeed. */
function checkProjectNode() {
  const own = inRoot('node_modules/.bin/node');
  const node = existsSync(own) ? own : process.execPath;
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (major(stdout) >= MIN_PROJECT_NODE) return;
  fail(
    `The project runs on Node >= ${MIN_PROJECT_NODE}, but ${node} is ${stdout?.trim() || 'not runnable'}: npm did not place the program of the package "node".\n` +
      'Run `npm rebuild node`, or install Node 24 yourself, then run this again.',
  );
}

if (process.platform === 'win32') fail('Native Windows is not supported. Use WSL 2, or docker compose.');
const separator = /[:\\]/.exec(root);
if (separator)
  fail(
    `The path of this clone, ${root}, holds a "${separator[0]}", which PATH or tools take for a separator. Move it elsewhere, then run this again.`,
  );
if (major(process.version) < MIN_NODE)
  fail(`This needs Node >= ${MIN_NODE}; this is ${process.version}. Install Node 24: https://nodejs.org/`);
if (!isInstalled()) install();
checkProjectNode();
