using Sora.Contracts;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.Upstreams;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Requests;
using Sora.VideoService.Sources;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Characters;

/// <summary>
/// <c>POST /v1/videos/characters</c>: StorageWorker checks and keeps the clip, the model's upstream gets it, and only then
/// is there a character. What breaks off in between leaves a clip that expires and an upstream's character that nobody
/// names; neither costs anything.
/// </summary>
public sealed class CreateCharacter(
    ModelCatalogue catalogue, StorageFiles files, UpstreamCatalogue upstreams, ServiceDatabase database, TimeProvider clock)
{
    public async Task<IResult> HandleAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var (fields, unreadable) = await RequestFields.ReadAsync(request, cancellationToken, RequestLimits.Video);
        if (fields is null)
        {
            return unreadable!;
        }

        await using var ownedFields = fields;
        var (create, mistake) = CreateCharacterRequest.Parse(fields, catalogue);
        if (create is null)
        {
            return mistake!;
        }

        var id = Ids.New("char", clock.GetUtcNow());
        var (clip, refused) = await files.PutAsync<UploadedVideo>(
            $"/internal/uploads/{id}?use=character", () => StorageFiles.Content(create.Clip), caller, cancellationToken);
        return clip is null ? refused! : await IntroduceAsync(id, create, caller, cancellationToken);
    }

    private async Task<IResult> IntroduceAsync(
        string id, CreateCharacterRequest create, Caller caller, CancellationToken cancellationToken)
    {
        create.Clip.Content.Position = 0;
        var outcome = await upstreams.Get(create.Model.Upstream).CreateCharacterAsync(
            create.Model.Credential,
            create.Name,
            new VideoFile(create.Clip.Content, create.Clip.Content.Length),
            cancellationToken);
        return outcome switch
        {
            CharacterOutcome.Created created => Results.Ok(CharacterResource.From(
                await SaveAsync(Character(id, create, caller, created.Id), caller))),
            CharacterOutcome.Refused no => ApiError.Invalid("video", no.Message, no.Code),
            _ => ApiError.Unavailable("The character could not be created now. Please try again."),
        };
    }

    private Character Character(string id, CreateCharacterRequest create, Caller caller, string upstreamId) => new()
    {
        Id = id,
        Organization = caller.Organization,
        Project = caller.Project,
        User = caller.User,
        Name = create.Name,
        Upstream = create.Model.Upstream,
        Credential = create.Model.Credential,
        UpstreamId = upstreamId,
        CreatedAt = clock.GetUtcNow(),
    };

    private async Task<Character> SaveAsync(Character character, Caller caller)
    {
        await using var work = await database.BeginAsync(caller, CancellationToken.None);
        await work.ExecuteAsync(
            $"""
            insert into characters ({Characters.Character.Columns})
            values (@Id, @Organization, @Project, @User, @Name, @Upstream, @Credential, @UpstreamId, @CreatedAt)
            """,
            character,
            CancellationToken.None);
        work.Publish(new CharacterCreated(
            character.Id, character.Organization, character.Project, character.CreatedAt));
        work.Record(caller, "character.created", character.Id, character.CreatedAt, ("upstream", character.Upstream));
        await work.CommitAsync(CancellationToken.None);
        return character;
    }
}
