namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// Where an error arose: libmongoc's mongoc_error_domain_t (the same in 1.x and 2.x). Server means that the code is
/// MongoDB's own, as every error of a server is under version 2 of the driver's error API.
/// </summary>
internal enum MongoErrorDomain
{
    Client = 1,
    Stream = 2,
    Protocol = 3,
    Cursor = 4,
    Query = 5,
    Insert = 6,
    Sasl = 7,
    Bson = 8,
    Matcher = 9,
    Namespace = 10,
    Command = 11,
    Collection = 12,
    GridFs = 13,
    Scram = 14,
    ServerSelection = 15,
    WriteConcern = 16,
    Server = 17,
    Transaction = 18,
    Encryption = 19,
    Pool = 20,
    Azure = 21,
    Gcp = 22,

    /// <summary>Ours: the native library is missing or unfit.</summary>
    Library = 1000,
}
