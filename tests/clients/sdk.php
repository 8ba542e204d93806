<?php

// What our client for PHP does: php sdk.php KEY PREFIX

declare(strict_types=1);

require getcwd() . '/OdooRest.php';

use OdooRest\ApiError;
use OdooRest\Client;
use OdooRest\ConnectionFailed;

[, $key, $prefix] = $argv;
$client = new Client(key: $key);
$tags = $client->resPartnerCategory();
$partners = $client->resPartner();
$mine = [['name', '=like', "$prefix%"]];
$found = [];

function errorOf(Closure $run): array
{
    try {
        $run();
    } catch (ApiError $error) {
        return [$error->status, $error->errorCode, array_column($error->errors, 'pointer')];
    } catch (ConnectionFailed) {
        return ['connection'];
    }
    throw new LogicException('there is no error');
}

$faulty = fn (string $word, mixed ...$options): Client
    => $client->withOptions(...$options, headers: ['X-Faults' => "$prefix$word"]);
$last = fn (array $record): string => substr($record['name'], -1);
$named = fn (string $name): array => [['name', '=', $name]];

$found['login'] = $client->me()['login'];
$wrong = new Client(key: substr($key, 0, -3) . 'xyz');
$found['wrong key'] = errorOf(fn () => $wrong->me());

$names = array_map(fn (string $letter): string => "$prefix $letter", str_split('ABCDE'));
$created = $tags->createMany(array_map(fn ($name) => ['name' => $name], $names), fields: ['name']);
$listed = $tags->list($mine, fields: ['name'], sort: '-name', pageSize: 2);
$found['list'] = array_map($last, iterator_to_array($listed, false));
$found['most'] = count(iterator_to_array($tags->list($mine, pageSize: 2, limit: 3), false));
$found['count'] = $tags->count($mine);
$ids = array_column($created, 'id');
$found['read many'] = array_map($last, $tags->readMany([$ids[1], $ids[0]], fields: ['name']));

$retried = $faulty('retry:drop,busy,gateway')->resPartnerCategory()->create(['name' => "$prefix new"]);
$found['retry'] = [$retried->created, $tags->count($named("$prefix new"))];
$found['limit'] = $faulty('limit:limit')->resPartnerCategory()->count($mine);
$found['quota'] = errorOf(fn () => $faulty('quota:quota')->me());
$found['moved'] = in_array(errorOf(fn () => $faulty('moved:moved')->me())[0], [302, 'connection'], true);
$found['timeout'] = errorOf(fn () => $faulty('slow:slow', timeout: 1.0, retries: 0)->me());

$read = $tags->read($ids[0], fields: ['name', 'color']);
$updated = $tags->update($ids[0], ['color' => 3], etag: $read->etag, fields: ['color']);
$found['update'] = $updated->data['color'];
$found['conflict'] = errorOf(fn () => $tags->update($ids[0], ['color' => 4], etag: $read->etag));
$found['replace'] = $last($tags->replace($ids[0], ['name' => $names[0]])->data);
$both = $tags->updateMany(array_slice($ids, 0, 2), ['color' => 5], fields: ['color']);
$found['update many'] = array_column($both, 'color');
$found['error'] = errorOf(fn () => $partners->create(['nme' => 'Ada']));
$found['missing'] = errorOf(fn () => $tags->read(999999));

$external = ['external_id' => "$prefix.1"];
$found['upsert'] = [
    $partners->upsert($external, ['name' => $prefix])->created,
    $partners->upsert($external, ['city' => 'Gent'])->created,
];
$partner = $partners->list($named($prefix), fields: ['country_id', 'city'])->current();
$copied = $partners->copy($partner['id'], ['name' => "$prefix copy"], fields: ['name']);
$found['copy'] = $copied->data['name'] === "$prefix copy";
$partners->archive($copied->data['id']);
$found['archived'] = $partners->count($named("$prefix copy"), archived: 'only');
$partners->restore($copied->data['id']);
$found['call'] = $partners->call('address_get', $partner['id']) === ['contact' => $partner['id']];
$found['aggregate'] = $partners->aggregate(['city'], filter: $named($prefix));

$dry = $client->withOptions(dryRun: true)->resPartnerCategory()->create(['name' => 'dry']);
$found['dry run'] = [$dry->created, $tags->count($named('dry'))];

$batch = $client->batch();
$company = $batch->create('res.partner', ['name' => "$prefix Ltd"]);
$batch->create('res.partner', ['name' => "$prefix Byron", 'parent_id' => $company]);
$found['batch'] = array_column($batch->run(), 'status');
$expand = ['parent_id' => ['fields' => ['name']]];
$child = $partners->list($named("$prefix Byron"), expand: $expand)->current();
$found['ref'] = $child['parent_id']['name'] === "$prefix Ltd";

$export = $tags->export($mine, fields: ['name'], sort: 'name');
$found['export'] = array_map($last, iterator_to_array($export, false));
$tags->update($ids[1], ['color' => 7]);
$change = $tags->changes(since: $export->since, follow: true, fields: ['color'])->current();
$found['changes'] = [$change['operation'], $change['id'] === $ids[1], $change['record']['color']];

$job = $tags->importRows([['name' => "$prefix job"], ['name' => "$prefix job 2"]]);
$job->wait(150.0);
$found['import'] = array_column($job->rows('successful'), 'outcome');

$file = $partners->attach($partner['id'], 'note.txt', 'Paid.', mimetype: 'text/plain');
$found['file'] = $client->download($file['id']);
$client->replaceAttachment($file['id'], 'Unpaid.', mimetype: 'text/plain');
$found['other file'] = $client->download($file['id']);
$client->deleteAttachment($file['id']);
$found['files'] = count($partners->attachments($partner['id']));

$pixel = base64_decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk'
    . '+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
);
$partners->store($partner['id'], 'image_1920', $pixel, contentType: 'image/png');
$found['content'] = bin2hex(substr($partners->content($partner['id'], 'image_1920'), 0, 4));

$found['upsert many'] = count($partners->upsertMany([
    [$external, ['city' => 'Aalst']],
    [['ref' => "{$prefix}2"], ['name' => "$prefix two"]],
]));
$partial = $client->batch();
$partial->create('res.partner', ['name' => "$prefix good"]);
$partial->create('res.partner', ['nme' => 'bad']);
$found['partial'] = array_column($partial->run('partial'), 'status');
$feed = $client->changes(['res.partner.category']);
$found['feed'] = $feed->current()['model'];
$job = $tags->exportJob($mine, fields: ['name']);
$output = $job->wait(150.0)['output'][0];
$found['export job'] = [$output['count'], count($job->rows($output['type']))];
$rows = array_map(
    fn (int $n): array => ['name' => "$prefix $n", 'comment' => str_repeat('x', 4000)],
    range(1, 300),
);
$job = $partners->importRows($rows, dryRun: true);
$job->wait(150.0);
$found['parts'] = count($job->rows('successful'));

$oauth = new Client(clientId: getenv('OAUTH_ID'), clientSecret: getenv('OAUTH_SECRET'));
$found['oauth'] = $oauth->resPartnerCategory()->count($mine);
$renewed = $oauth->withOptions(headers: ['X-Faults' => "{$prefix}renew:expired"]);
$found['renewed'] = $renewed->resPartnerCategory()->count($mine);

$french = $client->withOptions(language: 'fr_FR', companies: [1]);
$found['language'] = $french->request('GET', 'user/me')->header('content-language');

$tags->delete($ids, force: true);
$found['deleted'] = errorOf(fn () => $tags->read($ids[0]))[0];
echo json_encode($found);
